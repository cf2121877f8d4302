"""The forms by which an office enters who pays: what was typed, as the services take it."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ceiba.core.kernel.errors import CeibaError
from ceiba.core.kernel.money import MINOR_DIGITS
from ceiba.core.kernel.month import Month
from ceiba.core.rules.rulebook import Rulebook
from ceiba.funding.models import Agreement, Funder, Organisation
from ceiba.web.labels import label
from ceiba.web.words import words

LANGUAGES: Final = (
    ("es", gettext_lazy("Spanish")),
    ("en", gettext_lazy("English")),
    ("und", gettext_lazy("another language")),
)
MINOR_MAX: Final = 10**15
_CODE: Final = r"^[A-Za-z0-9][A-Za-z0-9._-]{1,31}$"


class _Day(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class _MonthInput(forms.DateInput):
    input_type = "month"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m", attrs={"placeholder": "2026-03"})


class MonthField(forms.DateField):
    """A month, as its first day."""

    widget = _MonthInput

    def to_python(self, value: Any) -> date | None:
        """The first day of the month written as 2026-03."""
        if isinstance(value, date) or not value:
            return value or None
        try:
            return Month.parse(str(value)).first_day
        except CeibaError as error:
            raise forms.ValidationError(_("Write the month as 2026-03."), code="invalid") from error


class EntryForm(forms.Form):
    """What the forms have in common: the programme's rulebook, and what a correction corrects."""

    def __init__(self, *args: Any, book: Rulebook, replaces: Any = None, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.book = book
        self.replaces = replaces

    def values(self) -> dict[str, Any]:
        """The columns as the services take them."""
        return dict(self.cleaned_data)


class FunderForm(EntryForm):
    """An organisation that pays."""

    code = forms.RegexField(
        _CODE, label=gettext_lazy("Code"), help_text=gettext_lazy("Short, for example US-STATE.")
    )
    name_es = forms.CharField(max_length=200, label=gettext_lazy("Name in Spanish"))
    name_en = forms.CharField(max_length=200, label=gettext_lazy("Name in English"))
    country = forms.RegexField("^[A-Z]{2}$", label=gettext_lazy("Country (two letters)"))
    reference = forms.CharField(max_length=64, label=gettext_lazy("IATI organisation identifier"))
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of organisation"),
        choices=lambda: [(each, label("organisation", each)) for each in Organisation.values],
    )


class AgreementForm(EntryForm):
    """A funder's agreement with the programme."""

    code = forms.RegexField(
        _CODE, label=gettext_lazy("Code"), help_text=gettext_lazy("Short, for example US-2024.")
    )
    funder = forms.ChoiceField(label=gettext_lazy("Funder"))
    title_es = forms.CharField(max_length=200, label=gettext_lazy("Title in Spanish"))
    title_en = forms.CharField(max_length=200, label=gettext_lazy("Title in English"))
    valid_from = forms.DateField(label=gettext_lazy("From"), widget=_Day)
    valid_until = forms.DateField(label=gettext_lazy("Until"), widget=_Day, required=False)
    provider_activity = forms.CharField(
        max_length=100, required=False, label=gettext_lazy("IATI activity of the funder")
    )
    receiver_activity = forms.CharField(
        max_length=100, required=False, label=gettext_lazy("IATI activity of the programme")
    )
    conditions_es = forms.CharField(
        max_length=2_000, required=False, label=gettext_lazy("Conditions in Spanish"), widget=forms.Textarea
    )
    conditions_en = forms.CharField(
        max_length=2_000, required=False, label=gettext_lazy("Conditions in English"), widget=forms.Textarea
    )

    def __init__(self, *args: Any, funders: Iterable[Funder], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.funders = {funder.code: funder for funder in funders}
        field = self.fields["funder"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [(code, words(funder.name)) for code, funder in self.funders.items()]

    def clean(self) -> dict[str, Any]:
        """An agreement ends after it begins."""
        cleaned = super().clean() or {}
        begin, end = cleaned.get("valid_from"), cleaned.get("valid_until")
        if begin and end and end < begin:
            self.add_error("valid_until", _("It ends before it begins."))
        return cleaned

    def values(self) -> dict[str, Any]:
        """With the funder itself, and the programme's currency."""
        return super().values() | {
            "funder": self.funders[self.cleaned_data["funder"]],
            "currency": self.book.currency,
        }


class _AmountForm(EntryForm):
    """Something of an amount in the programme's currency, of an agreement."""

    agreement = forms.ChoiceField(label=gettext_lazy("Agreement"))
    amount = forms.DecimalField(label=gettext_lazy("Amount"), min_value=0)

    def __init__(self, *args: Any, agreements: Iterable[Agreement], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        digits = MINOR_DIGITS[self.book.currency]
        self.agreements = {agreement.code: agreement for agreement in agreements}
        chosen = self.fields["agreement"]
        assert isinstance(chosen, forms.ChoiceField)  # noqa: S101 - declared above
        chosen.choices = [
            (code, f"{code} · {words(agreement.title)}") for code, agreement in self.agreements.items()
        ]
        places = forms.DecimalField(
            label=f"{_('Amount')} ({self.book.currency})",
            min_value=0,
            max_value=MINOR_MAX // 10**digits,
            decimal_places=digits,
            help_text=_("Zero only in a correction, when there was nothing.") if self.replaces else "",
        )
        self.fields["amount"] = places

    def values(self) -> dict[str, Any]:
        """With the agreement itself, and the amount in minor units."""
        found = super().values()
        minor = int(found.pop("amount") * 10 ** MINOR_DIGITS[self.book.currency])
        return found | {"agreement": self.agreements[found["agreement"]], "amount_minor": minor}


class CommitmentForm(_AmountForm):
    """Money promised, where, and in which words."""

    dated = forms.DateField(label=gettext_lazy("Day of the promise"), widget=_Day)
    document = forms.CharField(
        max_length=300,
        label=gettext_lazy("Document"),
        help_text=gettext_lazy("Title, article or page, and where it can be found."),
    )
    sentence = forms.CharField(
        max_length=2_000,
        label=gettext_lazy("The very sentence that promises it"),
        widget=forms.Textarea,
        help_text=gettext_lazy("As it stands there, in its own language; never translated."),
    )
    sentence_language = forms.ChoiceField(label=gettext_lazy("Language of the sentence"), choices=LANGUAGES)


class InstalmentForm(_AmountForm):
    """Money that is planned to arrive, between which days, and where that is said."""

    due_from = forms.DateField(
        label=gettext_lazy("From"),
        widget=_Day,
        help_text=gettext_lazy("The first day on which it may arrive, by the agreement's schedule."),
    )
    due_until = forms.DateField(label=gettext_lazy("Until"), widget=_Day)
    document = forms.CharField(
        max_length=300,
        label=gettext_lazy("Document"),
        help_text=gettext_lazy("Title, article or page, and where it can be found."),
    )


class DisbursementForm(_AmountForm):
    """Money that arrived."""

    value_date = forms.DateField(label=gettext_lazy("Value date"), widget=_Day)
    bank_account = forms.ChoiceField(label=gettext_lazy("Account it arrived on"))
    reference = forms.CharField(
        max_length=64,
        label=gettext_lazy("Reference of the bank"),
        help_text=gettext_lazy("As on the bank's statement."),
    )

    def __init__(self, *args: Any, bank_accounts: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["bank_account"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = list(bank_accounts)


class DivisionForm(EntryForm):
    """Where, for what and when lines are divided; the shares are fields of their own, in percent."""

    area = forms.ChoiceField(label=gettext_lazy("Place"), required=False)
    variant = forms.ChoiceField(label=gettext_lazy("Variant"), required=False)
    component = forms.ChoiceField(label=gettext_lazy("Component"), required=False)
    from_month = MonthField(label=gettext_lazy("From month"))
    until_month = MonthField(
        label=gettext_lazy("Until month"),
        required=False,
        help_text=gettext_lazy("Included; within the agreements' time."),
    )

    def __init__(
        self, *args: Any, agreements: Iterable[Agreement], areas: Iterable[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        choices = {
            "area": [("", _("everywhere")), *areas],
            "variant": [("", _("any")), *_named(self.book.variants)],
            "component": [("", _("any")), *_named({each.id: each.name for each in self.book.components})],
        }
        for name, options in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
            field.choices = options
        self.codes = [agreement.code for agreement in agreements]
        for code in self.codes:
            self.fields[f"share-{code}"] = forms.DecimalField(
                label=_("Share of %(code)s, %%") % {"code": code},
                min_value=0,
                max_value=100,
                decimal_places=1,
                required=False,
            )

    def clean(self) -> dict[str, Any]:
        """The months go forward."""
        cleaned = super().clean() or {}
        begin, end = cleaned.get("from_month"), cleaned.get("until_month")
        if begin and end and end < begin:
            self.add_error("until_month", _("It ends before it begins."))
        return cleaned

    def values(self) -> dict[str, Any]:
        """The columns, without the shares."""
        return {name: value for name, value in super().values().items() if not name.startswith("share-")}

    def shares(self) -> list[tuple[str, int]]:
        """(code, thousandths) of the agreements that pay something."""
        typed = ((code, self.cleaned_data.get(f"share-{code}") or 0) for code in self.codes)
        return [(code, int(percent * 10)) for code, percent in typed if percent]


def _named(texts: Mapping[str, Mapping[str, str]]) -> list[tuple[str, str]]:
    return [(code, words(name)) for code, name in texts.items()]
