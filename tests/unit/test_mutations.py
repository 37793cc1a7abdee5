"""Each check that `python -m tests.mutation` takes away is still there to be taken away."""

from __future__ import annotations

import pytest

from tests.mutation.checks import ROOT, Mutation, mutations


@pytest.mark.parametrize("mutation", mutations(), ids=lambda mutation: mutation.name)
def test_a_mutation_changes_the_file_that_it_names(mutation: Mutation) -> None:
    changed = mutation.applied(ROOT)

    assert changed != (ROOT / mutation.file).read_text(encoding="utf-8")
