"""Files of rows that people send and take away: CSV, XLSX and Parquet. What comes in is not trusted."""

from ceiba.frames.tabular.common import Fail
from ceiba.frames.tabular.read import ROWS_MAX, Table, check_size, read_table
from ceiba.frames.tabular.write import FORMATS, csv_parts, write_table

__all__ = ["FORMATS", "ROWS_MAX", "Fail", "Table", "check_size", "csv_parts", "read_table", "write_table"]
