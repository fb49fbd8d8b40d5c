#!/bin/sh
# Scores of the shipped model on published data sets and the written corpus, held to floors: check_data.sh KGLOOM DATA.
# A floor lies a little below the score in kg-models/weights/default/MODEL_CARD.md; a model that reads worse fails.
set -eu
kgloom=$1
data=$2
unset KGLOOM_MODEL KGLOOM_STATE KGLOOM_CONFIG 2>/dev/null || true

for set in re-docred wikiann-en text2kgbench; do
    "$kgloom" eval extraction --data "$set" --data-root "$data"
done
"$kgloom" eval extraction --data re-docred --gold-mentions --data-root "$data"

# floor NAME VALUE ARGUMENTS…: the micro F1 called NAME in the JSON report is at least VALUE.
floor() {
    name=$1 least=$2
    shift 2
    "$kgloom" eval extraction "$@" --data-root "$data" --format json >"${TMPDIR:-/tmp}/kgloom-scores.$$"
    seen=$(tr ',{' '\n\n' <"${TMPDIR:-/tmp}/kgloom-scores.$$" | awk -v name="\"$name\"" '
        index($0, name) { on = 1 }
        on && /"f1"/ { sub(/.*"f1": */, ""); sub(/[^0-9.].*/, ""); print; exit }')
    rm -f "${TMPDIR:-/tmp}/kgloom-scores.$$"
    awk -v seen="$seen" -v least="$least" 'BEGIN { exit !(seen != "" && seen + 0 >= least + 0) }' ||
        { echo "check_data: $name of $* is \"$seen\", below the floor $least" >&2; exit 1; }
    echo "check_data: $name of $*: $seen (floor $least)"
}
floor mentions 0.79 --data re-docred
# These two mark what the world knows besides what a text says, of which reading tells less by intent: its card says why.
floor relations 0.40 --data re-docred
floor relations 0.51 --data re-docred --gold-mentions
floor mentions 0.64 --data wikiann-en

facts=$("$kgloom" eval facts "$(dirname "$0")/../kg-models/corpus" --format json | sed 's/.*"micro":{[^}]*"f1": *//; s/[^0-9.].*//' | head -n 1)
awk -v seen="$facts" 'BEGIN { exit !(seen != "" && seen + 0 >= 0.50) }' ||
    { echo "check_data: facts of the written corpus: F1 is \"$facts\", below the floor 0.50" >&2; exit 1; }
echo "check_data: facts of the written corpus: $facts (floor 0.50)"
