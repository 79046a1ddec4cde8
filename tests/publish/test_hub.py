"""The real client against the stand-in: whole or told, and a second attempt completes."""

from __future__ import annotations

import hashlib
import json
import socket

import pytest

from curator.errors import CancelledError, ConfigError, PublishError, StoreError
from curator.evaluate import save_evaluation
from curator.publish import bundle_files
from curator.publish.hub import (
    Hub,
    deliver,
    look,
    make_plan,
    next_tag,
    prepare,
    publish,
    read_receipts,
    write_receipt,
)
from curator.publish.hub.token import scrub
from curator.publish.hub.trouble import Trouble
from tests.publish.conftest import REPO, TOKEN, Client
from tests.tui.panes.worlds import evaluation_of, finished_run, mix_project

# The library's own way of sending a file, which its transport finds old-fashioned.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    """One bundle for all tests here: it is only ever read."""
    run = finished_run(mix_project(tmp_path_factory.mktemp("bundle")))
    save_evaluation(evaluation_of(run), run)
    return bundle_files(run)


def plan_of(client, bundle, **options):
    return make_plan(bundle, look(client, REPO, "model"), **options)


def send(client, bundle, **options):
    return publish(client, bundle, plan_of(client, bundle, **options))


def stands(server, bundle) -> bool:
    """Whether every file of a bundle stands on the stand-in, byte for byte."""
    repo = server.repos[("model", REPO)]
    return all(
        repo.files.get(name) == (one if isinstance(one, bytes) else one.read_bytes())
        for name, one in bundle.files.items()
    )


def test_a_bundle_goes_up_in_one_commit_with_a_tag(client, server, bundle):
    assert client.who() == "ann"
    sent = []
    plan = plan_of(client, bundle)

    published = publish(client, bundle, plan, progress=lambda *step: sent.append(step))

    repo = server.repos[("model", REPO)]
    assert stands(server, bundle)
    assert len(repo.commits) == 2
    assert repo.tags == {"v1.0.0": repo.head}
    assert (published.commit, published.tag) == (repo.head, "v1.0.0")
    assert published.url == f"{server.url}/{REPO}"
    total = sum(bundle.size(name) for name in bundle.files)
    assert (total, total, "sending") in sent
    looks = {"info", "refs", "file", "aside"}
    first = [route for route in dict.fromkeys(server.routes) if route not in looks]
    assert first == ["whoami", "create", "card", "preupload", "batch", "blob", "commit", "tag"]


def test_a_dry_run_says_what_would_change_and_changes_nothing(client, server, bundle):
    plan = plan_of(client, bundle)
    assert {change.state for change in plan.changes} == {"new"}
    assert server.repos == {}

    send(client, bundle)
    server.repos[("model", REPO)].files["notes.txt"] = b"mine"
    again = plan_of(client, bundle)

    assert {change.state for change in again.changes} == {"same"}
    assert again.done
    assert again.tag == "v1.0.0"
    assert again.kept == ("notes.txt",)


def test_what_stands_there_already_is_not_sent_again(client, server, bundle):
    send(client, bundle)
    before = server.routes.count("commit")

    published = send(client, bundle)

    assert published.sent == ()
    assert server.routes.count("commit") == before
    assert len(server.repos[("model", REPO)].commits) == 2


@pytest.mark.parametrize(
    ("route", "faults"),
    [
        ("info", [429]),
        ("create", [503]),
        ("create", ["reset"]),
        ("create", ["lost"]),
        ("card", [500]),
        ("card", ["reset"]),
        ("preupload", [(429, {"Retry-After": "3"}), 500]),
        ("batch", [502]),
        ("blob", [500, "reset"]),
        ("commit", [500]),
        ("commit", ["reset"]),
        ("commit", ["lost"]),
        ("tag", [500]),
        ("tag", ["lost"]),
    ],
)
def test_a_passing_fault_is_waited_for(client, server, bundle, route, faults):
    server.fail(route, *faults)

    published = send(client, bundle)

    repo = server.repos[("model", REPO)]
    assert stands(server, bundle)
    # An answer that was lost is not taken for a commit that was not made.
    assert len(repo.commits) == 2
    assert repo.tags == {"v1.0.0": published.commit}
    assert client.told or faults == ["lost"]


def test_the_hub_says_how_long_to_wait(client, server, bundle):
    server.fail("create", (429, {"Retry-After": "7"}))
    server.fail("commit", (429, {"RateLimit": '"api";r=0;t=11'}))

    send(client, bundle)

    assert client.waits == [7.0, 11.0]
    assert any("Attempt 2 of 5 in 7 s" in told for told in client.told)


@pytest.mark.parametrize("route", ["preupload", "batch", "blob"])
def test_where_the_library_would_wait_the_waiting_is_ours_and_can_be_stopped(
    client, server, bundle, route
):
    server.fail(route, (429, {"Retry-After": "120"}))

    send(client, bundle)

    assert client.waits == [121.0]
    assert max(server.waited, default=0) < 10
    assert stands(server, bundle)


def test_without_a_word_each_wait_is_twice_the_one_before(client, server, bundle):
    server.fail("create", 500, 500, 500)

    send(client, bundle)

    assert client.waits == [1.0, 2.0, 4.0]


def test_nobody_waits_for_an_hour(client, server, bundle):
    server.fail("create", (429, {"Retry-After": "3600"}))

    with pytest.raises(PublishError, match="Nothing was published") as caught:
        send(client, bundle)

    assert "3600 s" in caught.value.hint


@pytest.mark.parametrize(
    ("route", "faults", "said"),
    [
        ("create", [500] * 5, "Nothing was published."),
        ("preupload", [500] * 20, "is there now, without these files."),
        ("blob", [500] * 20, "is there now, without these files."),
        ("commit", [503] * 3, "is there now, without these files."),
        ("commit", ["reset"] * 3, "is there now, without these files."),
        ("tag", [500] * 3, "but the tag v1.0.0 is not set."),
    ],
)
def test_what_fails_says_how_far_it_came_and_a_second_attempt_completes(
    client, server, bundle, route, faults, said
):
    server.fail(route, *faults)
    with pytest.raises(PublishError) as caught:
        send(client, bundle)
    assert said in caught.value.message
    server._faults.clear()

    published = send(client, bundle)

    repo = server.repos[("model", REPO)]
    assert stands(server, bundle)
    assert len(repo.commits) == 2
    assert repo.tags == {"v1.0.0": published.commit}


@pytest.mark.parametrize(
    ("commit", "said"),
    [
        ("fine", "took the files as commit {}, but it has no tag."),
        ("lost", "Whether the files stand there now is not known."),
    ],
)
def test_a_commit_that_nobody_could_look_at_is_not_denied(client, server, bundle, commit, said):
    repo = server.model(REPO)
    plan = plan_of(client, bundle)
    server.fail("commit", commit)
    server.fail("info", *[500] * 5)

    with pytest.raises(PublishError) as caught:
        publish(client, bundle, plan)

    assert caught.value.message.endswith(said.format(repo.head[:12]))
    assert send(client, bundle).commit == repo.head
    assert len(repo.commits) == 2


def test_stopping_while_the_commit_is_made_says_that_it_was(server, bundle, monkeypatch):
    client = Client(endpoint=server.url)
    repo = server.model(REPO)
    plan = plan_of(client, bundle)
    made = client.api.create_commit

    def create_commit(*arguments, **options):
        info = made(*arguments, **options)
        client.cancel.set()
        return info

    monkeypatch.setattr(client.api, "create_commit", create_commit)

    with pytest.raises(CancelledError) as caught:
        publish(client, bundle, plan)

    assert caught.value.message == (
        f"The Hub took the files as commit {repo.head[:12]}, but it has no tag."
    )


def test_only_the_tag_is_missing_then_only_the_tag_is_set(client, server, bundle):
    server.fail("tag", 500, 500, 500)
    with pytest.raises(PublishError):
        send(client, bundle)
    before = len(server.routes)

    send(client, bundle)

    assert set(server.routes[before:]) == {"info", "refs", "file", "tag"}


def test_what_arrived_is_not_sent_again(client, server, bundle):
    server.fail("commit", 500, 500, 500)
    with pytest.raises(PublishError):
        send(client, bundle)
    assert server.routes.count("blob") == 1

    send(client, bundle)

    assert server.routes.count("blob") == 1


def test_a_token_that_is_not_accepted_is_told(client, server):
    server.token = "hf_another"

    with pytest.raises(PublishError, match="does not accept the token") as caught:
        client.who()

    assert "hf auth login" in caught.value.hint


def test_a_token_that_may_only_read_is_told_before_anything_is_sent(client, server):
    server.role = "read"

    with pytest.raises(PublishError, match="may only read"):
        client.who()


def test_no_right_to_write_there(client, server, bundle):
    server.may_write = False

    with pytest.raises(PublishError, match=f"may not write to {REPO}. Nothing was pub") as caught:
        send(client, bundle)

    assert TOKEN not in str(caught.value)
    assert server.repos == {}


def test_no_token_at_all(client, server, monkeypatch):
    monkeypatch.delenv("HF_TOKEN")

    with pytest.raises(PublishError, match="no token for the Hub on this machine"):
        client.who()


def test_no_room_on_the_hub(client, server, bundle):
    server.room = 10

    with pytest.raises(PublishError, match="has no room") as caught:
        send(client, bundle)

    assert "without these files" in caught.value.message
    server.room = None
    send(client, bundle)
    assert stands(server, bundle)


def test_a_card_that_the_hub_does_not_accept_stops_everything(client, server, bundle):
    server.fail("card", 400)

    with pytest.raises(PublishError, match="does not accept the card") as caught:
        send(client, bundle)

    assert "without these files" in caught.value.message
    assert "blob" not in server.routes


def test_somebody_else_was_quicker(client, server, bundle):
    repo = server.model(REPO)
    plan = plan_of(client, bundle)
    repo.commit({**repo.files, "README.md": b"theirs"})

    with pytest.raises(PublishError, match="Somebody else changed ann/small meanwhile"):
        publish(client, bundle, plan)

    assert repo.files["README.md"] == b"theirs"


def test_a_tag_that_means_something_else_is_refused(client, server, bundle):
    repo = server.model(REPO)
    repo.tags["v1.1.0"] = repo.head

    with pytest.raises(ConfigError, match=r"v1\.1\.0 of ann/small is there already") as caught:
        plan_of(client, bundle, tag="v1.1.0")

    assert "v1.2.0" in caught.value.hint


@pytest.mark.parametrize("tag", ["", " ", "a b", "../x", "-x", "v1..2", "x.lock", "x/y"])
def test_a_tag_that_git_would_refuse_is_refused(client, server, bundle, tag):
    if not tag:
        assert plan_of(client, bundle, tag=tag).tag == "v1.0.0"
        return
    with pytest.raises(ConfigError, match="no name of a version"):
        plan_of(client, bundle, tag=tag)


def test_the_next_version_follows_the_highest():
    assert next_tag([]) == "v1.0.0"
    assert next_tag(["v1.9.3", "v1.10.0", "latest", "v2"]) == "v1.11.0"


def test_a_public_repository_does_not_become_private_unseen(client, server, bundle):
    server.model(REPO)

    with pytest.raises(ConfigError, match="is public already"):
        plan_of(client, bundle, private=True)


def test_a_new_repository_can_be_private(client, server, bundle):
    send(client, bundle, private=True)

    assert server.repos[("model", REPO)].private
    assert look(client, REPO, "model").private


def test_stopping_in_the_middle_leaves_nothing_and_says_so(server, bundle):
    client = Client(endpoint=server.url)
    plan = plan_of(client, bundle)

    def stop(done, total, step):
        if step == "sending":
            client.cancel.set()

    with pytest.raises(CancelledError, match="without these files"):
        publish(client, bundle, plan, progress=stop)

    assert len(server.repos[("model", REPO)].commits) == 1
    again = Client(endpoint=server.url)
    send(again, bundle)
    assert stands(server, bundle)


def test_a_gate_that_stands_keeps_everything_here(client, server, run):
    bundle = bundle_files(run)

    with pytest.raises(ConfigError, match="Nothing was published"):
        send(client, bundle)

    assert server.repos == {}


def test_the_token_itself_never_goes_out(client, server, evaluated, monkeypatch):
    config = evaluated.adapter / "adapter_config.json"
    config.write_text(config.read_text().replace('"lora"', f'"lora", "note": "{TOKEN}"', 1))
    bundle = bundle_files(evaluated, allow=["secrets"])

    with pytest.raises(PublishError, match="holds the token of this machine") as caught:
        send(client, bundle)

    assert TOKEN not in str(caught.value)
    assert server.repos == {}


def test_a_receipt_is_kept_once(client, server, bundle, evaluated):
    published = send(client, bundle)
    sha256 = bundle.facts.adapter.sha256

    write_receipt(evaluated, published, sha256, private=False)
    write_receipt(evaluated, published, sha256, private=False)

    [receipt] = read_receipts(evaluated.folder)
    assert (receipt.tag, receipt.commit, receipt.adapter) == ("v1.0.0", published.commit, sha256)


@pytest.mark.parametrize("name", ["not a/name at/all", "small", "a/b/c", "ann/"])
def test_no_name_of_a_repository(client, server, name):
    with pytest.raises(PublishError, match="no name of a repository"):
        look(client, name, "model")
    assert server.routes == []


def test_an_endpoint_that_is_no_address_is_not_tried_again(server):
    client = Client(endpoint="nonsense")

    with pytest.raises(PublishError, match="HF_ENDPOINT is no address of a Hub"):
        look(client, REPO, "model")

    assert client.waits == []


def test_a_token_that_cannot_be_sent_is_told_without_a_letter_of_it(client, server, monkeypatch):
    monkeypatch.setenv("HF_TOKEN", "hf_\u0416abcdefgh")

    with pytest.raises(PublishError, match="holds characters that no token has") as caught:
        client.who()

    assert "0416" not in ascii(caught.value)


def test_what_looks_like_a_token_is_cut_out(monkeypatch):
    monkeypatch.setenv("HF_TOKEN", "opaque-secret-value")

    said = scrub(f"sent Authorization: Bearer {TOKEN} and opaque-secret-value to hf_abcdefgh")

    assert TOKEN not in said
    assert "opaque-secret-value" not in said
    assert "hf_abcdefgh" not in said


def test_the_stand_in_checks_what_it_is_sent(server, client, bundle):
    send(client, bundle)
    weights = bundle.files["adapters.safetensors"].read_bytes()
    assert set(server.blobs) == {hashlib.sha256(weights).hexdigest()}


def test_that_it_could_not_be_noted_does_not_unpublish_it(client, server, evaluated, monkeypatch):
    def full(*_):
        raise StoreError("No space left on device.", path="published.json")

    monkeypatch.setattr("curator.publish.hub.receipt.write_atomic", full)
    parcel = prepare(client, evaluated, REPO)

    published, unnoted = deliver(client, parcel)

    assert published.tag == "v1.0.0"
    assert "It is published, but that could not be noted: No space left" in unnoted
    assert read_receipts(evaluated.folder) == ()


def test_what_stands_there_may_be_anything(client, server, evaluated):
    for meta in (b"{", b"[]", b'{"run": 3}', b'{"run": "x", "adapter": {"sha256": "a"}}', b"\xff"):
        repo = server.model(REPO)
        repo.commit({**repo.files, "run_meta.json": meta})

        assert prepare(client, evaluated, REPO).plan.tag == "v1.0.0"


def test_scores_that_are_no_rates_are_not_shown(client, server, evaluated):
    repo = server.model(REPO)
    rate = {"passed": 9, "n": 3, "low": 2, "high": 1}
    one = {"suite": "runnable-first", "n": 3, "adapter": {"all": rate}}
    meta = {"run": "old", "adapter": {"sha256": "a"}, "evaluations": [one]}
    repo.commit({**repo.files, "run_meta.json": json.dumps(meta).encode()})

    card = prepare(client, evaluated, REPO).bundle.files["README.md"].decode()

    assert "| `runnable-first` |  | 4 of 6, 67% [30–90] |" in card


def test_a_hub_that_says_nothing_is_not_waited_for(monkeypatch):
    """By itself the library waits for ever, and so would a studio that is to be closed."""
    monkeypatch.setattr("curator.publish.hub.remote.SILENT", 0.1)
    waited = []
    with socket.create_server(("127.0.0.1", 0)) as silent:
        hub = Hub(
            endpoint=f"http://127.0.0.1:{silent.getsockname()[1]}",
            pause=lambda seconds: bool(waited.append(seconds)),
        )
        asked = hub.tried(REPO, lambda: hub.api.whoami(token=TOKEN), silent=0.1)
        with pytest.raises(PublishError):
            look(hub, REPO, "model")

    assert isinstance(asked, Trouble)
    assert asked.passing
    assert len(waited) > 1
