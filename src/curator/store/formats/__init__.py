"""Other tools' files of examples: one module a format, and conversion between any two."""

from curator.store.formats.convert import FORMATS, Conversion, convert
from curator.store.formats.format import LeftOut, Loss

__all__ = ["FORMATS", "Conversion", "LeftOut", "Loss", "convert"]
