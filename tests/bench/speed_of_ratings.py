"""How long from a Parquet file of votes to ratings, here and elsewhere, in one run on the same file.

    python tests/bench/speed_of_ratings.py [--peers PEERS/bin/python] [--contestants 100] [--votes 1e6]

    python -m venv PEERS
    PEERS/bin/pip install arena-rank arenakit choix evalica pandas pyarrow scikit-learn

Each contender runs in a process of its own (its peak memory is that of the process), once to warm up and
then `--passes` times; the fastest counts. BLAS has one thread. Timings on a busy machine are noisy: read
the ratios. Ties are half a win for all. The voters are many with a log-normal tail, 10 votes each on
average. "kept" lines start from counts in memory, so they do not depend on the number of votes.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from time import perf_counter

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

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
    table = ours("arrow").read_table(path, ours("arrow").OUTCOME)
    return ours("arrow").count_table_pairs(table, spellings=ours("votes_file").WINNERS)


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
        # independent votes need no voters; a column with few labels is the cheapest stand-in
        votes = covariates.styled(*seats, differences, spellings=winners, voter=seats[0])
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


def by_arenakit(path: Path) -> Callable[[], object]:
    schema, bt, boot = (import_module(f"arenakit.{name}") for name in ("schema", "bt", "boot"))

    def timed() -> object:
        votes = frame(path).astype(str).rename(columns={"judge": "voter_id"})
        votes["winner"] = votes["winner"].map({"model_a": "a", "model_b": "b", "tie": "tie"})
        arena = schema.Arena(schema.battles_from_records(votes.to_dict("records")))
        return bt.fit_bt(arena.counts()), boot.bootstrap(arena, n_resamples=20, cluster="voter")

    return timed


OURS: dict[str, Task] = {
    "load and one pass": load_only,
    "point fit, half-win": point,
    "point fit, Davidson": davidson,
    "intervals, votes independent": independent,
    "intervals by voter (jackknife)": clustered,
    "standings, all of them": whole_standings,
    "style-controlled, with intervals": styled,
    "kept counts: refit with intervals": kept_intervals,
    "kept counts: 1,000 bootstraps": kept_bootstrap,
}
PEERS: dict[str, Task] = {
    "choix, hand-built matrix: point fit": by_choix,
    "FastChat's algorithm: point fit": by_fastchat,
    "evalica: point fit": by_evalica,
    "arena-rank: intervals, independent": by_arena_rank,
    "arenakit: 20 bootstraps by voter": by_arenakit,
}


def work(name: str, path: Path, passes: int) -> None:
    """Run one contender in this process and print its seconds and megabytes as JSON."""
    timed = (OURS | PEERS)[name](path)
    timed()
    seconds = []
    for _ in range(passes):
        start = perf_counter()
        timed()
        seconds.append(perf_counter() - start)
    print(json.dumps({"seconds": min(seconds), "megabytes": getrusage(RUSAGE_SELF).ru_maxrss / 1024}))


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
        return {"seconds": float("nan"), "megabytes": float("nan")}
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    """Write a file of votes, run every contender on it, print a line for each."""
    asked = argparse.ArgumentParser(description="Time ratings, ours and others', on one file of votes.")
    asked.add_argument("--contestants", type=int, default=100)
    asked.add_argument("--votes", type=float, default=1e6)
    asked.add_argument("--passes", type=int, default=3)
    asked.add_argument("--peers", help="an interpreter that has the peers")
    asked.add_argument("--work", help=argparse.SUPPRESS)
    asked.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.work:
        work(given.work, given.file, given.passes)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "votes.parquet"
        write_votes(path, given.contestants, int(given.votes))
        print(
            f"{int(given.votes):,} votes on {given.contestants} contestants, {given.passes} passes, fastest"
        )
        lines = [(name, sys.executable) for name in OURS]
        lines += [(name, given.peers) for name in PEERS if given.peers]
        base = None
        for name, python in lines:
            found = measured(python, name, path, given.passes)
            base = base or found["seconds"]
            ratio = found["seconds"] / base
            print(
                f"{name:<38} {1e3 * found['seconds']:>10.1f} ms {ratio:>8.1f} x load and pass "
                f"{found['megabytes']:>7.0f} MB",
                flush=True,
            )


if __name__ == "__main__":
    main()
