"""What verifying a pack found: what is wrong and where, what was checked, what was not."""

from dataclasses import dataclass, field
from typing import Any, Final

from ceiba.core.kernel.errors import CeibaError, Problem, Where, register_messages
from ceiba.core.kernel.letters import one_line

FINE, WRONG, NO_PACK, NOT_ALL = 0, 1, 2, 3
"""Exit statuses: nothing wrong; something is; there is no pack; (asked to be strict) not everything was checked."""

register_messages(
    {
        "pack.file_altered": {
            "es": "alterado: sus bytes no son los de la lista del paquete.",
            "en": "altered: its bytes are not those of the pack's list.",
        },
        "pack.file_missing": {"es": "falta este archivo.", "en": "this file is missing."},
        "pack.file_added": {
            "es": "este archivo no es del paquete; alguien lo agregó.",
            "en": "this file is not of the pack; somebody added it.",
        },
        "pack.unreadable": {
            "es": "no se puede leer ({detail}).",
            "en": "cannot be read ({detail}).",
        },
        "pack.seal_slices": {
            "es": "los resúmenes por área no son los que el sello resume: el sello fue cambiado.",
            "en": "the digests by area are not those that the seal sums up: the seal was changed.",
        },
        "pack.seal_other": {
            "es": "es de otro mes u otro programa que el paquete.",
            "en": "is of another month or programme than the pack.",
        },
        "pack.slice": {
            "es": "las filas de {area} no son las que se sellaron.",
            "en": "the rows of {area} are not those that were sealed.",
        },
        "pack.outside": {
            "es": "hay filas de «{area}», fuera del área del paquete.",
            "en": 'there are rows of "{area}", outside the pack\'s area.',
        },
        "pack.cell": {
            "es": "dice {found}; lo sellado es {sealed}.",
            "en": "says {found}; what was sealed is {sealed}.",
        },
        "pack.decided": {
            "es": "dice {found}; al decidir otra vez sale {again}.",
            "en": "says {found}; deciding again gives {again}.",
        },
        "pack.rulebook": {
            "es": "no es el reglamento con el que se decidió, o falta.",
            "en": "is not the rulebook that decided, or is missing.",
        },
        "pack.totals": {
            "es": "«{component}» suma {found} y los renglones {lines} (en centavos).",
            "en": '"{component}" adds up to {found} and the lines to {lines} (minor units).',
        },
        "pack.sample": {
            "es": "la muestra no es la que sale al sortear {size} con la semilla «{seed}».",
            "en": 'the sample is not what drawing {size} with the seed "{seed}" gives.',
        },
        "pack.sample_other": {
            "es": "el paquete dice otra muestra o semilla: {size}, «{seed}».",
            "en": 'the pack says another sample or seed: {size}, "{seed}".',
        },
        "pack.record": {
            "es": "el texto no tiene el hash que se guardó al recibirlo.",
            "en": "the text does not have the hash that was kept when it was received.",
        },
        "pack.record_missing": {
            "es": "falta el texto de esta evidencia, o sobra.",
            "en": "the text of this evidence is missing, or is one too many.",
        },
        "pack.blob": {
            "es": "no es el archivo que dice su nombre.",
            "en": "is not the file that its name says.",
        },
        "pack.ok_files": {
            "es": "{count} archivos, byte por byte.",
            "en": "{count} files, byte for byte.",
        },
        "pack.ok_parts": {
            "es": "{rows} filas de {parts} partes son las del sello del mes, área por área.",
            "en": "{rows} rows of {parts} parts are those of the month's seal, area by area.",
        },
        "pack.ok_decided": {
            "es": "{people} determinaciones y {lines} renglones de pago salen otra vez de los hechos y las reglas.",
            "en": "{people} determinations and {lines} payment lines come out again from the facts and the rules.",
        },
        "pack.ok_totals": {
            "es": "los totales de pago son la suma de los renglones. En qué corrida y estado está cada uno no lo "
            "dice el sello.",
            "en": "payment totals are the sum of the lines. In which run and state each is, the seal does not say.",
        },
        "pack.ok_sample": {
            "es": "la muestra de {size} sale al sortear otra vez; {texts} evidencias tienen su hash.",
            "en": "the sample of {size} comes out when drawn again; {texts} records of evidence have their hash.",
        },
        "pack.not_decided": {
            "es": "no se decidió otra vez ni se leyó Parquet: falta {missing}. Los mismos valores se "
            "comprobaron en CSV.",
            "en": "it was not decided again nor was Parquet read: {missing} is missing. The same "
            "values were checked in CSV.",
        },
        "pack.not_sliced": {
            "es": "este mes se selló antes de que los sellos tuvieran resúmenes por área: nada prueba que las filas "
            "son las selladas.",
            "en": "this month was sealed before seals had digests by area: nothing proves that the rows are those "
            "that were sealed.",
        },
        "pack.not_shown": {
            "es": "{count} evidencias de la muestra van solo por su hash: la cuenta no puede verlas.",
            "en": "{count} records of the sample are there by their hash alone: the account may not see them.",
        },
    }
)


def status_of(error: CeibaError) -> int:
    """The exit status when nothing could be checked."""
    return NO_PACK if error.problems[0].code == "pack.none" else WRONG


@dataclass(slots=True)
class Verdict:
    """Problems of three sorts; `said` are things worth comparing with another source: name -> value."""

    wrong: list[Problem] = field(default_factory=list)
    checked: list[Problem] = field(default_factory=list)
    unchecked: list[Problem] = field(default_factory=list)
    said: dict[str, str] = field(default_factory=dict)

    @property
    def is_right(self) -> bool:
        """Whether nothing is wrong."""
        return not self.wrong

    def status(self, *, strict: bool = False) -> int:
        """The exit status; `strict`: what was not checked counts."""
        if self.wrong:
            return WRONG
        return NOT_ALL if strict and self.unchecked else FINE

    def refuse(
        self, code: str, file: str, item: str | None = None, column: str | None = None, **values: Any
    ) -> None:
        """Something is wrong: in a file, of a person or thing, in a column."""
        where = Where(file=_line(file), item=item and _line(item), column=column and _line(column))
        self.wrong.append(Problem(code, where, {name: one_line(said) for name, said in values.items()}))

    def confirm(self, code: str, **values: Any) -> None:
        """Something was checked."""
        self.checked.append(Problem(code, values=values))

    def leave(self, code: str, file: str | None = None, **values: Any) -> None:
        """Something was not checked."""
        self.unchecked.append(Problem(code, Where(file=file), values))


def _line(text: str) -> str:
    return str(one_line(text))


SORTS: Final = ("wrong", "checked", "unchecked")
