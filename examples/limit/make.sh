#!/bin/sh
# Texts that no vector of few numbers can tell apart by what they answer (after LIMIT, Weller et al. 2025): 46 people, and for
# each pair of them one thing that these two like and nobody else.
#
# In: a folder. Out: documents.tsv, queries.tsv and judgements.txt in it, always the same. Never: a person or a thing that is.
set -eu
out=${1:?usage: make.sh FOLDER}
mkdir -p "$out"
awk -v out="$out" 'BEGIN {
    firsts = split("Ada Bela Cora Dina Ewa Fina Gita Hela Ilma Jana Kira Lena Mila Nora Orla Petra Quinta Rita Sela Tilda Una Vera Willa", first)
    lasts = split("Marn Tosk", last)
    hows = split("amber brass brittle carved cedar chipped copper crooked dusty faded folded forked frosted gilded glass hollow knotted lacquered linen marble mended mossy oaken painted paper patched pebbled plaited polished quilted rusty salted silent smoky speckled stitched striped tin velvet waxed whistling winding wooden woolen wrinkled", how)
    whats = split("baskets bells boots bridges canals carpets chimneys clocks drums ferries gardens gloves harps kites ladders lanterns maps masks mirrors ovens saddles sledges windmills", what)
    people = firsts * lasts
    things = hows * whats
    for (i = 0; i < people; i++) person[i] = first[i % firsts + 1] " " last[int(i / firsts) + 1]
    # Steps of 386, which has no factor in common with 1,035, come to each thing once.
    thing = 0
    print "id\ttext" > (out "/queries.tsv")
    for (i = 0; i < people; i++) for (j = i + 1; j < people; j++) {
        liked[i, thing] = liked[j, thing] = 1
        both[thing] = i " " j
        thing = (thing + 386) % things
    }
    for (t = 0; t < things; t++) {
        name[t] = how[t % hows + 1] " " what[int(t / hows) + 1]
        split(both[t], who, " ")
        print "q" t "\tWho likes " name[t] "?" > (out "/queries.tsv")
        print "q" t " 0 p" who[1] " 1" > (out "/judgements.txt")
        print "q" t " 0 p" who[2] " 1" > (out "/judgements.txt")
    }
    print "id\ttext" > (out "/documents.tsv")
    for (i = 0; i < people; i++) {
        list = ""
        count = 0
        # From another thing on for each, so that no two lists begin alike.
        for (n = 0; n < things; n++) {
            t = (n + 22 * i) % things
            if ((i, t) in liked) {
                count++
                list = list (count == 1 ? "" : count == people - 1 ? " and " : ", ") name[t]
            }
        }
        print "p" i "\t" person[i] " likes " list "." > (out "/documents.tsv")
    }
}'
