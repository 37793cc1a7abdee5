"""The ledger's rules, one command at a time, over nothing but dictionaries.

Each kind of command has a method of its name, with an underscore before it; all cash movements
share two.
"""

from __future__ import annotations

from load.judge.rules.books import Fault
from load.judge.rules.cash import Cash
from load.judge.rules.controls import Controls
from load.judge.rules.settlements import Settlements

__all__ = ["Fault", "Rules"]


class Rules(Cash, Settlements, Controls):
    """What each kind of command does; `load.judge.model.Model` feeds them."""
