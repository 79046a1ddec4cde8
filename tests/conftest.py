"""What all tests share: how hypothesis runs on a machine that may be busy with something else."""

from __future__ import annotations

from hypothesis import settings

# A deadline measures the machine and not the code; the suites say how long they may take.
settings.register_profile("curator", deadline=None, print_blob=True)
settings.load_profile("curator")
