"""The ledger's rules, for one command at a time, using only dictionaries.

Each kind of command has a method with its name and a leading underscore. All cash movements share
two.
"""

from __future__ import annotations

from load.judge.rules.books import Fault
from load.judge.rules.cash import Cash
from load.judge.rules.controls import Controls
from load.judge.rules.settlements import Settlements

__all__ = ["Fault", "Rules"]


class Rules(Cash, Settlements, Controls):
    """The rules of all kinds of commands, used by `load.judge.model.Model`."""
