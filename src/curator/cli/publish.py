"""``curator publish``: a run's adapter, or a dataset, on the Hub."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from curator.cli.bundle import allowed, gate_options, print_gates
from curator.cli.output import (
    cancel_on_interrupt,
    format_option,
    plural,
    print_json,
    progress_bar,
    say,
    stdout,
)
from curator.cli.runchoice import read_named, runs_option
from curator.errors import ConfigError, PublishError
from curator.publish import Payload
from curator.publish.dataset import dataset_files
from curator.settings import find_project
from curator.terminal import visible

if TYPE_CHECKING:
    from curator.publish.hub import Hub, Plan


@click.command(
    name="publish",
    epilog="""\b
Examples:
  curator publish latest --repo USER/NAME --dry-run
  curator publish latest --repo USER/NAME --tag v1.1.0
  curator publish data/custom/mine.jsonl --as dataset --repo USER/NAME --private
WHAT is a run's id, its folder or `latest`; with --as dataset a JSON Lines file. The token is the
one that `hf auth login` stored, or HF_TOKEN. Ctrl-C stops; the same command again completes.
The address is printed on standard output.
Exit codes: 0 published, 1 a gate stands in the way, 2 an error, 130 stopped.""",
)
@click.argument("what", metavar="WHAT")
@click.option("--repo", required=True, metavar="USER/NAME", help="Where to.")
@click.option(
    "--as",
    "kind",
    type=click.Choice(["model", "dataset"]),
    default="model",
    show_default=True,
    help="What it is.",
)
@click.option("--private", is_flag=True, help="Let only its owners see a new repository.")
@click.option("--dry-run", is_flag=True, help="Say what would change there, and change nothing.")
@click.option(
    "--tag", default="", metavar="VERSION", help="The version.  [default: the next: v1.0.0, v1.1.0]"
)
@gate_options
@runs_option
@format_option
def command(
    what: str,
    repo: str,
    kind: str,
    private: bool,
    dry_run: bool,
    tag: str,
    allow: tuple[str, ...],
    unevaluated: bool,
    runs_dir: Path | None,
    output_format: str,
) -> int:
    """Publish a run's adapter, or a curated set, on the Hub.

    All files go in one commit, and a tag makes it a version that is never changed. The card puts
    the scores of the version before beside the new ones.
    """
    from curator.publish.hub import Hub, Parcel, deliver, look, make_plan, prepare, publish

    project = find_project()
    going = allowed(allow, unevaluated=unevaluated)
    parcel: Parcel | None = None
    payload: Payload
    if kind == "model" and Path(what).is_file():
        raise ConfigError("This is a file, not a run.", path=what, hint="Say --as dataset.")
    if kind == "dataset":
        # Before Ctrl-C means to end cleanly: here there is nothing to end.
        with progress_bar("Looking at the rows"):
            payload = dataset_files(Path(what), project, allow=going)
    with cancel_on_interrupt() as cancel:
        hub = Hub(notice=say, cancel=cancel)
        if kind == "model":
            run = read_named(what, runs_dir)
            _who(hub, repo, dry_run=dry_run)
            with progress_bar("Looking at the run and the Hub"):
                parcel = prepare(hub, run, repo, tag=tag, private=private, allow=going)
            payload, plan = parcel.bundle, parcel.plan
        else:
            _who(hub, repo, dry_run=dry_run)
            plan = make_plan(payload, look(hub, repo, kind), tag=tag, private=private)
        if output_format == "text":
            print_gates(payload.gates, going)
            _print_plan(plan)
        if payload.standing or dry_run:
            if output_format == "json":
                print_json(_as_json(plan, payload, None))
            if payload.standing:
                names = " ".join(f"--allow {gate.code}" for gate in payload.standing)
                say(f"Nothing was published. To publish it all the same: {names}")
                return 1
            say("Nothing was published (--dry-run).")
            return 0
        if plan.done:
            say(f"All of it stands there already as {plan.tag}.")
        with progress_bar("Publishing") as advance:
            if parcel is not None:
                published, unnoted = deliver(hub, parcel, progress=advance)
            else:
                published, unnoted = publish(hub, payload, plan, progress=advance), ""
    # First, since whoever reads the output may be gone.
    say(
        f"{plural(len(published.sent), 'file')} sent; {plan.tag} is commit {published.commit[:12]}."
    )
    if unnoted:
        say(unnoted)
    if output_format == "json":
        print_json(_as_json(plan, payload, published.commit))
    else:
        click.echo(f"{published.url}/tree/{published.tag}")
    return 0


def _who(hub: Hub, repo: str, *, dry_run: bool) -> None:
    from curator.publish.hub import UnreachableError

    try:
        say(f"Publishing to {repo} as {hub.who()}.")
    except PublishError as error:
        if not dry_run or isinstance(error, UnreachableError):
            raise
        say(f"{error.message} What is private cannot be seen. {error.hint}")


def _print_plan(plan: Plan) -> None:
    from rich.text import Text

    console = stdout()
    remote = plan.remote
    there = f"{remote.repo} at {remote.head[:12]}" if remote.exists else f"{remote.repo} (new)"
    seen = "private" if (remote.private if remote.exists else plan.private) else "public"
    console.print(Text.assemble("\n", (visible(there), "bold"), f"  {seen}  version {plan.tag}"))
    marks = {"new": ("+", "green"), "changed": ("~", "yellow"), "same": ("=", "dim")}
    for change in plan.changes:
        size = f"{change.size:>12,} bytes"
        if change.state == "changed":
            size += f", {change.before:,} now"
        console.print(Text.assemble(marks[change.state], f" {visible(change.name):<26}{size}"))
    for name in plan.kept:
        console.print(Text(f"  {visible(name):<26}stays as it is", style="dim"))


def _as_json(plan: Plan, payload: Payload, commit: str | None) -> dict[str, Any]:
    remote = plan.remote
    return {
        "repo": remote.repo,
        "kind": remote.kind,
        "exists": remote.exists,
        "head": remote.head,
        "tag": plan.tag,
        "files": [{"name": one.name, "size": one.size, "state": one.state} for one in plan.changes],
        "kept": list(plan.kept),
        "gates": [
            {"code": gate.code, "passed": gate.passed, "message": gate.message}
            for gate in payload.gates
        ],
        "commit": commit,
    }
