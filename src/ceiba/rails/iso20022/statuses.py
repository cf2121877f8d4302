"""pain.002: what the bank says of our message, of a batch in it, and of single orders. Nothing in it is a booking."""

from typing import Final

from ceiba.core.banking import Said
from ceiba.rails.entries import Row, Values, entry_id, given
from ceiba.rails.iso20022.stream import Record

RECORDS: Final = frozenset({"OrgnlGrpInfAndSts", "OrgnlPmtInfAndSts", "TxInfAndSts"})

# ISO 20022 external codes of payment status. `ACSC` and `ACCC` say that it is settled. A code that is not here
# decides nothing: it is kept as the reason of a pending one, for a person to read.
SAID: Final = {
    **dict.fromkeys(("ACTC", "ACCP", "ACSP", "ACWC", "ACWP", "ACFC", "PART", "RCVD"), Said.ACCEPTED),
    **dict.fromkeys(("ACSC", "ACCC"), Said.PAID),
    **dict.fromkeys(("RJCT", "CANC"), Said.REJECTED),
}
_STATUS: Final = {
    "OrgnlGrpInfAndSts": "/GrpSts",
    "OrgnlPmtInfAndSts": "/PmtInfSts",
    "TxInfAndSts": "/TxSts",
}


class Statuses:
    """Takes the records of one file in turn; `told` gives each one's row."""

    def __init__(self, name: str) -> None:
        self._values = Values(name)
        self._message: str | None = None

    def told(self, record: Record) -> list[Row]:
        """The row of a status; none where the bank gives a status to the parts only.

        Raises CeibaError (rail.lacks, rail.value).
        """
        if record.name == "OrgnlGrpInfAndSts":
            self._message = record.fields.get("/OrgnlMsgId")
        if self._message is None:
            raise self._values.fail.error("rail.lacks", field="OrgnlMsgId")
        if not record.name:
            return []
        return self._row(record, self._message)

    def _row(self, record: Record, message: str) -> list[Row]:
        fields = record.fields
        single = record.name == "TxInfAndSts"
        order = given(fields.get("/OrgnlEndToEndId")) if single else None
        around = record.around
        batch = fields.get("/OrgnlPmtInfId") or (around.fields.get("/OrgnlPmtInfId") if around else None)
        status = fields.get(_STATUS[record.name])
        if status is None and single and around is not None:
            status = around.fields.get("/PmtInfSts")
        if status is None:
            return []
        if single and order is None:
            raise self._values.fail.error("rail.lacks", field="OrgnlEndToEndId", item=fields.get("/StsId"))
        reason = fields.get("/StsRsnInf/Rsn/Cd") or fields.get("/StsRsnInf/Rsn/Prtry")
        said = SAID.get(status, Said.PENDING)
        if reason is None and status not in SAID and status != "PDNG":
            reason = status
        amount, currency = self._amount(record, order)
        return [
            (
                entry_id("status", message, batch, order, status, reason),
                said.value, order, message, batch, amount, currency, False, None, False, None,
                fields.get("/AcctSvcrRef"), reason, fields.get("/StsRsnInf/AddtlInf"),
            )
        ]  # fmt: skip

    def _amount(self, record: Record, item: str | None) -> tuple[int | None, str | None]:
        """What the order was for, where the status repeats it."""
        path = "/OrgnlTxRef/Amt/InstdAmt"
        text = record.fields.get(path)
        if text is None:
            return None, None
        currency = record.fields.get(f"{path}@Ccy")
        return self._values.amount(text, currency, "InstdAmt", item) or None, currency
