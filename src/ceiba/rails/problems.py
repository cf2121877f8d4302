"""What can be wrong with orders for a bank, and with what a bank sends."""

from typing import Any

from ceiba.core.kernel.errors import CeibaError, Problem, Where, register_messages

register_messages(
    {
        "rail.unknown": {
            "es": "No hay una vía de pago «{rail}». Las que hay: {known}.",
            "en": 'There is no rail "{rail}". There are: {known}.',
        },
        "rail.parameter": {
            "es": "El parámetro «{parameter}» de la vía «{rail}» no vale: {why}. Corríjalo en la cuenta del banco.",
            "en": 'Parameter "{parameter}" of rail "{rail}" is wrong: {why}. Correct it at the bank account.',
        },
        "rail.scheme": {
            "es": "La orden {order} nombra su cuenta como «{scheme}», y esta vía no paga así. Págela por otra vía.",
            "en": 'Order {order} names its account as "{scheme}", which this rail does not pay. Use another rail.',
        },
        "rail.order": {
            "es": "La orden {order} no se puede escribir: {field} no vale. Corríjala antes de hacer el archivo.",
            "en": "Order {order} cannot be written: {field} is wrong. Correct it before the file is made.",
        },
        "rail.no_orders": {
            "es": "No hay ninguna orden que escribir. Revise la corrida.",
            "en": "There is no order to write. Check the run.",
        },
        "rail.limit": {
            "es": "La orden {order} sola pasa la suma máxima por archivo del banco. Sáquela de la corrida.",
            "en": "Order {order} alone is above the bank's maximum sum a file. Take it out of the run.",
        },
        "rail.exists": {
            "es": "El archivo ya existe y un archivo para el banco se escribe una sola vez. "
            "Use el que hay o una carpeta vacía.",
            "en": "The file is there already, and a file for a bank is written once. Use it, or an empty folder.",
        },
        "rail.invalid": {
            "es": "El archivo escrito no cumple el esquema {schema}: {why}. Es un defecto de Ceiba: repórtelo.",
            "en": "The file written does not fulfil schema {schema}: {why}. It is a defect of Ceiba: report it.",
        },
        "rail.template": {
            "es": "La plantilla no se entiende ({why}). Compárela con la de ejemplo.",
            "en": "The template is not understood ({why}). Compare it with the example.",
        },
        "rail.not_csv": {
            "es": "No es un CSV como lo describe la plantilla ({why}). Revise que sea el archivo de este banco.",
            "en": "It is no CSV as the template describes it ({why}). Check that it is this bank's file.",
        },
        "simulator.shares": {
            "es": "Las partes deben ser de 0 a 1 y sumar 1 o menos; suman {total}.",
            "en": "Shares must be from 0 to 1 and add up to 1 or less; they add up to {total}.",
        },
        "rail.not_xml": {
            "es": "No es XML completo ({why}). Pida al banco el archivo otra vez; quizá llegó cortado.",
            "en": "It is not whole XML ({why}). Ask the bank for the file again; it may have been cut short.",
        },
        "rail.unsafe": {
            "es": "Trae lo que un archivo de banco no trae ({what}) y no se lee. Pida al banco otro.",
            "en": "It holds what no bank file holds ({what}) and is not read. Ask the bank for another.",
        },
        "rail.kind": {
            "es": "Es «{found}», no una respuesta de banco que se conozca. Se leen: {known}.",
            "en": 'It is "{found}", not an answer of a bank that is known. Read are: {known}.',
        },
        "rail.value": {
            "es": "«{field}» trae «{value}», que no se entiende. Pregunte al banco por esa línea; nada se tomó.",
            "en": '"{field}" says "{value}", which is not understood. Ask the bank about it; nothing was taken.',
        },
        "rail.lacks": {
            "es": "Falta «{field}». Pida al banco el archivo completo; nada se tomó.",
            "en": '"{field}" is missing. Ask the bank for the whole file; nothing was taken.',
        },
    }
)


class Fail:
    """Makes the errors of one file, each led by the file's name."""

    def __init__(self, name: str) -> None:
        self.name = name

    def error(
        self, code: str, *, row: int | None = None, item: str | None = None, **values: Any
    ) -> CeibaError:
        """The error of a single problem, to raise; `item` is the bank's reference or the row's number `row`."""
        return CeibaError(Problem(code, Where(file=self.name or None, row=row, item=item), values))
