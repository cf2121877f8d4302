"""The forms by which people enter consents, recipients, batches and what came back."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ceiba.core.dossier import WITH_OFFICE, Part, Reading
from ceiba.core.referrals import CLASS_MONTHS_DEFAULT, Moved, Said
from ceiba.core.rules.rulebook import Rulebook
from ceiba.pathway.models import NOTE_MAX, Recipient, RecipientKind
from ceiba.pathway.services.batches import BatchTerms
from ceiba.pathway.services.consents import ConsentGiven
from ceiba.registry.models import Area
from ceiba.rulebook.models import Programme
from ceiba.web.labels import label
from ceiba.web.words import words

Pathways = Iterable[tuple[Programme, Rulebook]]


def _day(label_: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label_, required=required, help_text=help_text, widget=widget)


def _source() -> forms.CharField:
    return forms.CharField(
        label=_("Where it is known from"),
        max_length=300,
        help_text=_("A letter, a message, a call, with its date."),
    )


class StageForm(forms.Form):
    """With whom, and for which stage of which programme."""

    recipient = forms.ModelChoiceField(Recipient.objects.none(), label=_("With whom"), empty_label=None)
    stage = forms.ChoiceField(label=_("For which stage"))

    def __init__(self, *args: Any, pathways: Pathways, recipients: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["recipient"]
        chosen.queryset = recipients
        chosen.label_from_instance = lambda each: each.name
        stages: Any = self.fields["stage"]
        stages.choices = [
            (f"{programme.code}:{stage.id}", words(stage.name))
            for programme, book in pathways
            for stage in book.pathway
        ]

    @property
    def programme_stage(self) -> tuple[str, str]:
        """Codes of the programme and the stage chosen."""
        programme, _, stage = self.cleaned_data["stage"].partition(":")
        return programme, stage


class ConsentForm(StageForm):
    """What a person shares, with whom and until when; `with_office` asks how it was told to them."""

    parts = forms.MultipleChoiceField(
        choices=[(part, part) for part in Part if part != Part.IDENTITY], required=False
    )
    until = _day(_("Until which day"))
    reading = forms.ChoiceField(choices=[(each, each) for each in WITH_OFFICE], required=False)
    language = forms.CharField(max_length=40, required=False)
    note = forms.CharField(max_length=NOTE_MAX, required=False)

    def given(self, *, with_office: bool) -> ConsentGiven:
        """What was agreed to; on their own page people have read it themselves."""
        data = self.cleaned_data
        programme, stage = self.programme_stage
        return ConsentGiven(
            recipient=data["recipient"],
            programme=programme,
            stage=stage,
            parts=tuple(data["parts"]),
            until=data["until"],
            reading=Reading(data["reading"] or Reading.ALOUD) if with_office else Reading.OWN,
            language=data["language"] if with_office else "",
            note=data["note"] if with_office else "",
        )


class RecipientForm(forms.Form):
    """A consulate or ministry."""

    name = forms.CharField(label=_("Name"), max_length=200)
    kind = forms.ChoiceField(label=_("What it is"))
    country = forms.CharField(
        label=_("Country whose authority it is"),
        min_length=2,
        max_length=2,
        help_text=_("Two letters: MX, GT, US."),
    )
    code = forms.CharField(
        label=_("Code"), max_length=64, help_text=_("The accounts of its officers have it: CONSUL-GT.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds: Any = self.fields["kind"]
        kinds.choices = [(each, label("recipient", each)) for each in RecipientKind.values]


class BatchForm(StageForm):
    """A batch to be opened."""

    area = forms.ModelChoiceField(Area.objects.none(), label=_("Area"), empty_label=None)
    places = forms.IntegerField(label=_("Places"), min_value=1, max_value=10_000_000)
    closes_on = _day(
        _("Closing day"), help_text=_("Who agrees until the end of this day (UTC) is on the list.")
    )
    season_from = _day(
        _("The season begins"), required=False, help_text=_("Only for a stage that is of a season.")
    )
    season_until = _day(_("The season ends"), required=False)
    class_months = forms.IntegerField(
        label=_("Months of a class"),
        initial=CLASS_MONTHS_DEFAULT,
        min_value=1,
        max_value=120,
        help_text=_("More whole classes of months accepted come first; inside a class the lot decides."),
    )
    outside = forms.CharField(
        label=_("Outside number"),
        max_length=200,
        help_text=_(
            "Which number of whom is waited for after closing, such as the first prize of a lottery."
        ),
    )

    def __init__(self, *args: Any, areas: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["area"]
        chosen.queryset = areas
        chosen.label_from_instance = lambda each: f"{each.name} ({each.code})"

    def terms(self) -> BatchTerms:
        """What was entered."""
        data = self.cleaned_data
        programme, stage = self.programme_stage
        return BatchTerms(
            programme=programme,
            stage=stage,
            recipient=data["recipient"],
            area_code=data["area"].code,
            places=data["places"],
            closes_on=data["closes_on"],
            outside=data["outside"],
            season_from=data["season_from"],
            season_until=data["season_until"],
            class_months=data["class_months"],
        )


class NumberForm(forms.Form):
    """The outside number, of which day, and where it can be read; in a correction, what was wrong before."""

    number = forms.CharField(label=_("The outside number"), max_length=120)
    on = _day(_("Of which day"))
    source = forms.CharField(label=_("Where it can be read"), max_length=300)
    why = forms.CharField(
        label=_("What was wrong with the number before"), max_length=NOTE_MAX, required=False
    )

    def __init__(self, *args: Any, corrects: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["why"].required = corrects


class ReferForm(forms.Form):
    """Until when an answer is waited for."""

    answer_by = _day(_("Answer by"))


class AnswerForm(forms.Form):
    """What came back of a referral."""

    said = forms.ChoiceField(choices=[(each, each) for each in Said])
    on = _day(_("Of which day"))
    source = _source()
    why = forms.CharField(max_length=NOTE_MAX, required=False)


class MovementForm(forms.Form):
    """A departure, a return, a no-show."""

    moved = forms.ChoiceField(choices=[(each, each) for each in Moved])
    on = _day(_("Of which day"))
    source = _source()
