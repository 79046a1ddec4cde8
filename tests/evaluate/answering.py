"""A model that answers at once and as it is told, in place of the child process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import ClassVar

from curator.evaluate import Completion, Sampling

#: Called with the adapter's folder or None, the prompt's place and the sample; gives the answer, or
#: the fields of a completion.
Reply = Callable[[Path | None, int, int], str | dict]


def answering(reply: Reply) -> type:
    """Return what can stand in for `Generator`; its ``heard`` keeps the conversations."""

    class Answering:
        heard: ClassVar[list] = []

        def __init__(self, model, *, log=None, cache=True):
            pass

        def __enter__(self):
            return self

        def __exit__(self, *reason):
            pass

        def complete(
            self, prompts, *, adapter=None, sampling=None, batch_size=16, cancel=None
        ) -> Iterator[Completion]:
            self.heard.append((adapter, prompts))
            for sample in range((sampling or Sampling()).samples):
                for index in reversed(range(len(prompts))):
                    if cancel is not None and cancel.is_set():
                        return
                    said = reply(adapter, index, sample)
                    told = {"text": said} if isinstance(said, str) else said
                    yield Completion(
                        index=index,
                        sample=sample,
                        **{"text": "", "tokens": 2, "truncated": False, "seconds": 0.0} | told,
                    )

    return Answering
