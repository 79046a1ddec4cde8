"""A checkpoint is whole or it is not there, and the last good one stays."""

from __future__ import annotations

import errno

import pytest

from curator.errors import StoreError
from curator.train.checkpoint import (
    Place,
    Window,
    latest_checkpoint,
    link,
    restore_best,
    use_adapter,
    write_checkpoint,
)


def saver(text):
    def save(folder):
        (folder / "adapter_config.json").write_text("{}")
        (folder / "adapters.safetensors").write_text(f"weights {text}")
        (folder / "optimizer.safetensors").write_text(f"state {text}")

    return save


def full(folder):
    saver("half")(folder)
    raise OSError(errno.ENOSPC, "No space left on device")


def mlx_full(folder):
    (folder / "adapters.safetensors").write_text("ha")
    raise RuntimeError("[write] Unable to write 3088 bytes to file.")


def test_where_a_training_stood_comes_back_to_the_last_digit(tmp_path):
    place = Place(
        iteration=12,
        tokens=345,
        seconds=0.1 + 0.2,
        train_loss=1 / 3,
        best=(1 / 7, 4),
        validated=12,
        worse=2,
        window=Window(loss=1e-17 + 1, tokens=3, steps=1, seconds=0.7),
    )

    write_checkpoint(tmp_path, place, saver("a"))

    assert latest_checkpoint(tmp_path).place == place
    assert latest_checkpoint(tmp_path / "elsewhere") is None


def test_a_new_checkpoint_takes_the_place_of_the_old_one_and_of_what_a_kill_left(tmp_path):
    write_checkpoint(tmp_path, Place(iteration=9), saver("a"))
    (tmp_path / "checkpoints" / ".saving-0000009").mkdir()

    made = write_checkpoint(tmp_path, Place(iteration=10), saver("b"))

    assert [path.name for path in (tmp_path / "checkpoints").iterdir()] == ["0000010"]
    assert latest_checkpoint(tmp_path) == made


@pytest.mark.parametrize("failing", [full, mlx_full])
def test_a_full_disk_leaves_the_last_good_one_and_no_rubbish(tmp_path, failing):
    good = write_checkpoint(tmp_path, Place(iteration=1), saver("a"))

    with pytest.raises(StoreError, match="iteration 2") as caught:
        write_checkpoint(tmp_path, Place(iteration=2), failing)

    assert "still there" in caught.value.hint
    assert latest_checkpoint(tmp_path) == good
    assert [path.name for path in (tmp_path / "checkpoints").iterdir()] == ["0000001"]


@pytest.mark.parametrize("name", ["adapters.safetensors", "optimizer.safetensors", "state.json"])
@pytest.mark.parametrize("damage", [lambda path: path.unlink(), lambda path: path.write_text("x")])
def test_a_damaged_checkpoint_does_not_count(tmp_path, name, damage):
    made = write_checkpoint(tmp_path, Place(iteration=1), saver("a"))

    damage(made.folder / name)

    assert latest_checkpoint(tmp_path) is None


def test_the_best_weights_travel_with_the_checkpoint(tmp_path):
    best = tmp_path / "best"
    best.mkdir()
    (best / "adapters.safetensors").write_text("best of 3")
    place = Place(iteration=4, kept=(1.0, 3))
    made = write_checkpoint(tmp_path, place, saver("a"))
    link_to = tmp_path / "fresh"
    link_to.write_text("best of 5")
    # As a later validation does it before a kill.
    link(link_to, best / "adapters.safetensors")

    restore_best(tmp_path, made)

    assert (best / "adapters.safetensors").read_text() == "best of 3"
    assert (best / "adapter_config.json").read_text() == "{}"
    none = write_checkpoint(tmp_path, Place(iteration=5), saver("b"))
    restore_best(tmp_path, none)
    assert not best.exists()


def test_an_adapter_is_replaced_and_never_written_into(tmp_path, monkeypatch):
    one, two = (
        write_checkpoint(tmp_path / name, Place(iteration=1), saver(name)) for name in ("a", "b")
    )
    adapter = tmp_path / "adapter"
    use_adapter(one.folder, adapter)
    use_adapter(two.folder, adapter)
    assert (adapter / "adapters.safetensors").read_text() == "weights b"
    assert (one.folder / "adapters.safetensors").read_text() == "weights a"
    use_adapter(two.folder, adapter)
    assert sorted(path.name for path in adapter.iterdir()) == [
        "adapter_config.json",
        "adapters.safetensors",
    ]

    def no_links(_self, _target):
        raise OSError(errno.EPERM, "not here")

    monkeypatch.setattr("pathlib.Path.hardlink_to", no_links)
    use_adapter(one.folder, adapter)
    assert (adapter / "adapters.safetensors").read_text() == "weights a"
