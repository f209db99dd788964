"""How long from a Parquet file of votes to ratings, here and elsewhere, in one run on the same files.

    python tests/bench/speed_of_ratings.py [--peers PEERS/bin/python] [--quick] [--passes 3]

    python -m venv PEERS
    PEERS/bin/pip install arena-rank arenakit choix evalica pandas pyarrow scikit-learn

It prints three tables: ours for K contestants and N votes; ours and the peers' at K = 100, N = 10⁶; ours and
two peers' at N = 10⁷. `--quick` leaves out N = 10⁷. With all it takes about a quarter of an hour.

Each contender runs in a process of its own (its peak memory is that of the process), once to warm up and
then `--passes` times, or for half a second where that is more; the fastest counts. BLAS has one thread.
Timings on a busy machine are noisy: read the ratios, best those of processor time. A peer's ratio is its time
by that of ours which does the same.
Ties are half a win for all. The voters are many with a log-normal tail, 10 votes each on average. "kept"
lines start from counts in memory.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from time import perf_counter, process_time

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

BRIEF = 0.5
"""Seconds for which a task is done again and again; three passes do not tell what takes a millisecond."""

Task = Callable[[Path], Callable[[], object]]
"""Given the file, does what is not timed and gives what is."""

STYLES = {"length": 300.0, "headings": 2.0, "lists": 3.0, "bold": 1.0}


def write_votes(path: Path, contestants: int, votes: int) -> None:
    """Write a file of votes in the arena format, text as dictionaries, with four styles."""
    rng = np.random.default_rng(0)
    strengths = 0.5 * rng.standard_normal(contestants)
    a = rng.integers(0, contestants, votes, dtype=np.int32)
    b = (a + rng.integers(1, contestants, votes, dtype=np.int32)) % contestants
    loads = np.exp(1.2 * rng.standard_normal(max(10, votes // 10)))
    voter = rng.choice(len(loads), size=votes, p=loads / loads.sum()).astype(np.int32)
    styles = {name: rng.normal(0.0, spread, votes) for name, spread in STYLES.items()}
    p = 1.0 / (1.0 + np.exp(strengths[b] - strengths[a] - 0.4 * styles["length"] / STYLES["length"]))
    drawn, torn = rng.random(votes), 0.6 * p * (1.0 - p)
    winner = np.where(drawn < p - torn, 0, np.where(drawn < p + torn, 2, 1)).astype(np.int8)
    names = [f"model-{number:03}" for number in range(contestants)]
    columns = {
        "model_a": coded(a, names),
        "model_b": coded(b, names),
        "winner": coded(winner, ["model_a", "model_b", "tie"]),
        "judge": coded(voter, [f"voter-{number:07}" for number in rng.permutation(len(loads))]),
    }
    pq.write_table(pa.table(columns | {f"{name}_diff": value for name, value in styles.items()}), path)


def coded(codes: np.ndarray, labels: list[str]) -> pa.DictionaryArray:
    """Make an Arrow column of codes."""
    return pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(labels))


def ours(name: str) -> object:
    """Load a part of this package, which the peers' interpreter does not have."""
    return import_module(f"ratings.{name}")


def read_counts(path: Path) -> object:
    """Read the file and count its pairs."""
    return ours("arrow").count_file_pairs(path, spellings=ours("votes_file").WINNERS)


def read_board(path: Path) -> object:
    """Read the file and count its pairs by voter."""
    return ours("votes_file").read_votes(path).board


def load_only(path: Path) -> Callable[[], object]:
    return lambda: read_counts(path)


def point(path: Path) -> Callable[[], object]:
    fit = ours("bradley_terry").fit
    return lambda: fit(read_counts(path))


def davidson(path: Path) -> Callable[[], object]:
    terry = ours("bradley_terry")
    return lambda: terry.fit(read_counts(path), ties=terry.Ties.DAVIDSON)


def independent(path: Path) -> Callable[[], object]:
    fit, sandwich = ours("bradley_terry").fit, ours("uncertainty").sandwich

    def timed() -> object:
        counts = read_counts(path)
        return sandwich(counts, fit(counts))

    return timed


def clustered(path: Path) -> Callable[[], object]:
    fit, by_voter = ours("bradley_terry").fit, ours("uncertainty").clustered

    def timed() -> object:
        board = read_board(path)
        return by_voter(board, fit(board.pairs))

    return timed


def whole_standings(path: Path) -> Callable[[], object]:
    standings = ours("standings").standings
    return lambda: standings(read_board(path))


def kept_intervals(path: Path) -> Callable[[], object]:
    counts, fit, sandwich = read_counts(path), ours("bradley_terry").fit, ours("uncertainty").sandwich
    return lambda: sandwich(counts, fit(counts))


def kept_bootstrap(path: Path) -> Callable[[], object]:
    counts, by_vote = read_counts(path), ours("bootstrap").by_vote
    strengths = ours("bradley_terry").fit(counts)
    return lambda: by_vote(counts, strengths)


def styled(path: Path) -> Callable[[], object]:
    covariates, arrow, winners = ours("covariates"), ours("arrow"), ours("votes_file").WINNERS

    def timed() -> object:
        table = arrow.read_table(path, (*arrow.OUTCOME, *(f"{name}_diff" for name in STYLES)), arrow.OUTCOME)
        seats = [arrow.coded_column(table.column(name)) for name in arrow.OUTCOME]
        differences = {name: table.column(f"{name}_diff").to_numpy() for name in STYLES}
        votes = covariates.styled(*seats, differences, spellings=winners)
        return covariates.sandwich_styles(votes, covariates.fit_styles(votes))

    return timed


def frame(path: Path) -> object:
    """Read the file as the peers' documentation does."""
    return import_module("pandas").read_parquet(path, columns=["model_a", "model_b", "winner", "judge"])


def by_evalica(path: Path) -> Callable[[], object]:
    evalica = import_module("evalica")
    winner = {"model_a": evalica.Winner.X, "model_b": evalica.Winner.Y, "tie": evalica.Winner.Draw}

    def timed() -> object:
        votes = frame(path)
        said = votes["winner"].astype(str).map(winner)
        return evalica.bradley_terry(
            votes["model_a"].astype(str), votes["model_b"].astype(str), said, tie_weight=0.5
        )

    return timed


def by_choix(path: Path) -> Callable[[], object]:
    choix = import_module("choix")

    def timed() -> object:
        votes = frame(path)
        a, b = votes["model_a"].cat, votes["model_b"].cat
        size = len(a.categories)
        place_a = a.codes.to_numpy().astype(np.int64)
        place_b = a.categories.get_indexer(b.categories)[b.codes.to_numpy()]
        score = votes["winner"].map({"model_a": 1.0, "model_b": 0.0, "tie": 0.5}).astype(float).to_numpy()
        wins = np.bincount(place_a * size + place_b, score, size * size).reshape(size, size)
        losses = np.bincount(place_a * size + place_b, 1.0 - score, size * size)
        return choix.ilsr_pairwise_dense(wins + losses.reshape(size, size).T, tol=1e-8)

    return timed


def by_fastchat(path: Path) -> Callable[[], object]:
    """Do as FastChat's monitor does: pivot tables of wins, a weighted logistic regression of pairs."""
    linear = import_module("sklearn.linear_model")

    def timed() -> object:
        votes = frame(path).astype({"model_a": str, "model_b": str, "winner": str})
        pivots = [
            votes[votes["winner"] == said].pivot_table(
                index="model_a", columns="model_b", aggfunc="size", fill_value=0
            )
            for said in ("model_a", "model_b", "tie")
        ]
        names = sorted({*votes["model_a"], *votes["model_b"]})
        won, lost, tied = (pivot.reindex(index=names, columns=names, fill_value=0) for pivot in pivots)
        wins = 2 * won + 2 * lost.T + tied + tied.T
        first, second = np.nonzero(~np.eye(len(names), dtype=bool))
        shown = np.zeros((2 * len(first), len(names)))
        rows = np.arange(len(first))
        for offset in (0, len(first)):
            shown[rows + offset, first], shown[rows + offset, second] = np.log(10), -np.log(10)
        weights = np.concatenate([wins.to_numpy()[first, second], wins.to_numpy()[second, first]])
        outcome = np.repeat([1.0, 0.0], len(first))
        return linear.LogisticRegression(fit_intercept=False, tol=1e-6).fit(shown, outcome, weights)

    return timed


def by_arena_rank(path: Path) -> Callable[[], object]:
    model, data = (
        import_module("arena_rank.models.bradley_terry"),
        import_module("arena_rank.utils.data_utils"),
    )

    def timed() -> object:
        pairs = data.PairDataset.from_pandas(frame(path).astype(str))
        return model.BradleyTerry(n_competitors=len(pairs.competitors)).compute_ratings_and_cis(pairs)

    return timed


def by_arena_rank_styles(path: Path) -> Callable[[], object]:
    """Do as arena-rank's notebook of a style-controlled leaderboard does."""
    model, data = (
        import_module("arena_rank.models.contextual_bradley_terry"),
        import_module("arena_rank.utils.data_utils"),
    )
    text, styles = ["model_a", "model_b", "winner"], [f"{name}_diff" for name in STYLES]

    def timed() -> object:
        votes = import_module("pandas").read_parquet(path, columns=[*text, *styles])
        votes = votes.astype(dict.fromkeys(text, str))
        rows = data.ContextualPairDataset.from_pandas(votes, feature_cols=styles)
        fit = model.ContextualBradleyTerry(n_competitors=len(rows.competitors), n_features=len(styles))
        return fit.compute_ratings_and_cis(rows)

    return timed


def by_arenakit(path: Path) -> Callable[[], object]:
    schema, bt, boot = (import_module(f"arenakit.{name}") for name in ("schema", "bt", "boot"))

    def timed() -> object:
        votes = frame(path).astype(str).rename(columns={"judge": "voter_id"})
        votes["winner"] = votes["winner"].map({"model_a": "a", "model_b": "b", "tie": "tie"})
        arena = schema.Arena(schema.battles_from_records(votes.to_dict("records")))
        return bt.fit_bt(arena.counts()), boot.bootstrap(arena, n_resamples=20, cluster="voter")

    return timed


LOAD, POINT, INDEPENDENT, CLUSTERED, STYLED = (
    "load and one pass",
    "point fit, half-win",
    "intervals, votes independent",
    "intervals by voter (jackknife)",
    "style-controlled, with intervals",
)
OURS: dict[str, Task] = {
    LOAD: load_only,
    POINT: point,
    "point fit, Davidson": davidson,
    INDEPENDENT: independent,
    CLUSTERED: clustered,
    "standings, all of them": whole_standings,
    STYLED: styled,
    "kept counts: refit with intervals": kept_intervals,
    "kept counts: 1,000 bootstraps": kept_bootstrap,
}
PEERS: dict[str, Task] = {
    "choix, hand-built matrix: point fit": by_choix,
    "FastChat's algorithm: point fit": by_fastchat,
    "evalica: point fit": by_evalica,
    "arena-rank: intervals, independent": by_arena_rank,
    "arenakit: 20 bootstraps by voter": by_arenakit,
    "arena-rank: style-controlled": by_arena_rank_styles,
}
SAME_AS: dict[str, str] = {
    "choix, hand-built matrix: point fit": POINT,
    "FastChat's algorithm: point fit": POINT,
    "evalica: point fit": POINT,
    "arena-rank: intervals, independent": INDEPENDENT,
    "arenakit: 20 bootstraps by voter": CLUSTERED,
    "arena-rank: style-controlled": STYLED,
}
LARGE_OURS = (LOAD, POINT, INDEPENDENT, CLUSTERED)
LARGE_PEERS = ("evalica: point fit", "arena-rank: intervals, independent")

GRID_K, GRID_N = (5, 20, 100, 300), (10**4, 10**5, 10**6)
MIDDLE, LARGE = (100, 10**6), (100, 10**7)


def work(name: str, path: Path, passes: int) -> None:
    """Run one contender in this process and print its seconds and megabytes as JSON."""
    timed = (OURS | PEERS)[name](path)
    timed()
    seconds, processor = [], []
    while len(seconds) < passes or sum(seconds) < BRIEF:
        start, spent = perf_counter(), process_time()
        timed()
        seconds.append(perf_counter() - start)
        processor.append(process_time() - spent)
    found = {"seconds": min(seconds), "processor": min(processor)}
    print(json.dumps({**found, "megabytes": getrusage(RUSAGE_SELF).ru_maxrss / 1024}))


def measured(python: str, name: str, path: Path, passes: int) -> dict[str, float]:
    """Run one contender in a process of its own."""
    command = [python, __file__, "--work", name, "--file", str(path), "--passes", str(passes)]
    threads = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    environment = {**os.environ, **threads, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        command,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        print(f"{name}: {done.stderr.strip().splitlines()[-1]}", file=sys.stderr)
        return dict.fromkeys(("seconds", "processor", "megabytes"), float("nan"))
    return json.loads(done.stdout.splitlines()[-1])


def votes_file(folder: Path, contestants: int, votes: int) -> Path:
    """Write a file of votes, if it is not there."""
    path = folder / f"{contestants}-{votes}.parquet"
    if not path.exists():
        write_votes(path, contestants, votes)
    return path


def grid(folder: Path, passes: int) -> None:
    """Print a row for each of ours and each K, a column for each N: milliseconds."""
    print("| ours, ms | K | " + " | ".join(f"N = {votes:,}" for votes in GRID_N) + " |")
    print("|---|---|" + "---|" * len(GRID_N))
    for name in OURS:
        for contestants in GRID_K:
            files = [votes_file(folder, contestants, votes) for votes in GRID_N]
            found = [1e3 * measured(sys.executable, name, file, passes)["seconds"] for file in files]
            print(
                f"| {name} | {contestants} | " + " | ".join(f"{each:.2f}" for each in found) + " |",
                flush=True,
            )


def beside(path: Path, ours: Iterable[str], peers: Iterable[str], python: str | None, passes: int) -> None:
    """Print a row for each contender on one file: time, multiple of load and pass, of ours, and memory."""
    print(
        "| contender | ms | × load and one pass | × ours | CPU ms | CPU × ours | MB |",
        "|---|---|---|---|---|---|---|",
        sep="\n",
    )
    all_found: dict[str, dict[str, float]] = {}
    for name in (*ours, *(peers if python else ())):
        found = measured(python if python and name in PEERS else sys.executable, name, path, passes)
        all_found[name] = found
        same = all_found[SAME_AS[name]] if name in PEERS else None
        columns = [
            name,
            f"{1e3 * found['seconds']:.1f}",
            f"{found['seconds'] / all_found[LOAD]['seconds']:.1f}",
        ]
        columns.append(f"{found['seconds'] / same['seconds']:.0f}" if same else "")
        columns.append(f"{1e3 * found['processor']:.1f}")
        columns.append(f"{found['processor'] / same['processor']:.0f}" if same else "")
        print(f"| {' | '.join([*columns, format(found['megabytes'], '.0f')])} |", flush=True)


def main() -> None:
    """Write files of votes, run every contender on them, print tables."""
    asked = argparse.ArgumentParser(description="Time ratings, ours and others', on the same files of votes.")
    asked.add_argument("--passes", type=int, default=3)
    asked.add_argument("--peers", help="an interpreter that has the peers")
    asked.add_argument("--quick", action="store_true", help="leave out 10⁷ votes")
    asked.add_argument("--work", help=argparse.SUPPRESS)
    asked.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.work:
        work(given.work, given.file, given.passes)
        return
    with tempfile.TemporaryDirectory() as folder:
        print(f"\nK = {MIDDLE[0]}, N = {MIDDLE[1]:,}; {given.passes} passes, fastest\n")
        beside(votes_file(Path(folder), *MIDDLE), OURS, PEERS, given.peers, given.passes)
        print()
        grid(Path(folder), given.passes)
        if not given.quick:
            print(f"\nK = {LARGE[0]}, N = {LARGE[1]:,}; 1 pass after one to warm up\n")
            beside(votes_file(Path(folder), *LARGE), LARGE_OURS, LARGE_PEERS, given.peers, 1)


if __name__ == "__main__":
    main()
