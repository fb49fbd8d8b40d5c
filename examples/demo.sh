#!/bin/sh
# The main job on the sample corpus: text in, SPARQL out, exact under change.
# Usage: demo.sh KGLOOM FOLDER, where FOLDER is made anew.
set -eu
kgloom=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
examples=$(cd "$(dirname "$0")" && pwd)
rm -rf "$2" && mkdir -p "$2" && cd "$2"
unset KGLOOM_STATE KGLOOM_MODEL KGLOOM_CONFIG 2>/dev/null || true
say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
show() { say "\$ kgloom $*"; "$kgloom" "$@"; }

cp -r "$examples/corpus" texts
show run texts
show status
say '$ kgloom query --file founded-before-1900.rq'
cat "$examples/queries/founded-before-1900.rq"
"$kgloom" query --file "$examples/queries/founded-before-1900.rq"
show explain Lumenta "founded by" "Ingrid Solberg" || true

say "Which links are missing? Some are hidden and ranked among all entities; then the best guesses, unsure as they are on so small a graph."
show train links
show predict --probability 0.04
show query 'SELECT DISTINCT ?who ?relation ?what ?p { GRAPH kgloom:predicted { ?x kgloom:head ?h ; kgloom:relation ?relation ; kgloom:tail ?t ; kgloom:probability ?p } ?h rdfs:label ?who . ?t rdfs:label ?what } ORDER BY DESC(?p) ?who LIMIT 5'

say "The texts change: 14 are edited, one is new, 8 are deleted. The graph follows."
cp -r "$examples/edits/." texts && rm texts/deleted.txt
while read -r path; do rm "texts/$path"; done <"$examples/edits/deleted.txt"
show run --mirror texts
say '$ kgloom query --file founded-before-1900.rq'
"$kgloom" query --file "$examples/queries/founded-before-1900.rq"
show verify
