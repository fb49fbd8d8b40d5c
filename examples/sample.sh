#!/bin/sh
# A seeded random sample of facts, each with the sentences it was read from, to be judged by reading.
# Usage: sample.sh KGLOOM STATE [COUNT [SEED]]
set -eu
kgloom=$1
state=$2
count=${3:-100}
seed=${4:-1}
"$kgloom" query --state "$state" --limit 10000000 --timeout 600 --format tsv \
    'SELECT ?s ?p ?o { ?s ?p ?o FILTER(STRSTARTS(STR(?p), "http://www.wikidata.org/prop/direct/")) } ORDER BY ?s ?p ?o' |
    tail -n +2 |
    awk -v seed="$seed" 'BEGIN { srand(seed) } { print rand() "\t" $0 }' | sort -n | head -n "$count" | cut -f 2- |
    while IFS="$(printf '\t')" read -r subject relation object; do
        bare() { printf '%s' "$1" | sed 's/^<\(.*\)>$/\1/; s/^"\([^"]*\)".*$/\1/'; }
        "$kgloom" explain --state "$state" "$(bare "$subject")" "$(bare "$relation")" "$(bare "$object")" </dev/null |
            awk 'BEGIN { RS = ""; ORS = "\n" } NR <= 2'
        echo
    done
