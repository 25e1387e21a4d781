#!/bin/sh
# Checks this folder with sha256sum and the small tools of any Unix; says what is wrong and where, and ends with 1.
# VERIFY.txt tells the same steps for doing them by hand.
cd "$(dirname "$0")" || exit 2
work=$(mktemp -d -p /dev/shm 2>/dev/null || mktemp -d) || exit 2  # in memory where that is possible: many small files
trap 'rm -rf "$work"' EXIT
bad=0

digests() {  # the SHA-256 of each row of standard input, 5000 rows at a time
    mkdir "$work/pages" && (cd "$work/pages" && split -a 4 -l 5000 - page)
    for page in "$work"/pages/page*; do
        [ -f "$page" ] || continue
        mkdir "$work/rows" && (cd "$work/rows" && split -a 4 -l 1 "$page" row && LC_ALL=C sha256sum row*) | cut -d ' ' -f 1
        rm -rf "$work/rows" "$page"
    done
    rm -rf "$work/pages"
}

# 1. The files are the ones that were sealed.
sha256sum --quiet -c SHA256SUMS || bad=1

# 2. Each entry is whole, hangs on the one before it, and its content is the one that was hashed.
cut -f 1 chain.tsv >"$work/stated"
cut -f 2 chain.tsv >"$work/text"
digests <"$work/text" >"$work/found"
digests <contents.jsonl >"$work/content"
paste -d ' ' "$work/stated" "$work/found" "$work/content" "$work/text" | awk -v end="$work/end" '
    # 1 hash, 2 what it should be, 3 digest of the content, 4 previous, 5 previous of this line, 6 number, 9 stated digest
    BEGIN { before = "0000000000000000000000000000000000000000000000000000000000000000"
            erased = "01ba4719c80b6fe911b091a7c05124b64eeece964e09c058ef8f9805daca546b" }
    $1 != $2 { print "entry " $6 " was changed"; bad = 1 }
    $5 != before { print "entry " $6 " does not follow the one before it: something was dropped or moved"; bad = 1 }
    $3 != erased && $3 != $9 { print "the content of entry " $6 " was changed"; bad = 1 }
    { before = $1 }
    END { print before >end; exit bad }' || bad=1
end=$(cat "$work/end")
grep -q "\"line_head\": \"$end\"" index.json || { echo "the end of the chain was cut off"; bad=1; }

# 3. What was seen is what the chain saw.
cut -f 1,2 seen.tsv >"$work/stated"
cut -f 3- seen.tsv | digests >"$work/found"
paste "$work/stated" "$work/found" | awk '$2 != $3 { print "what was seen in entry " $1 " was changed"; bad = 1 } END { exit bad }' || bad=1
sed -n 's/.*"sha256":"\([0-9a-f]\{64\}\)".*/\1/p' contents.jsonl | LC_ALL=C sort -u >"$work/told"
cut -f 2 seen.tsv | LC_ALL=C sort -u | LC_ALL=C comm -23 - "$work/told" >"$work/untold"
[ -s "$work/untold" ] && { echo "seen.tsv holds what the chain never saw"; bad=1; }

[ $bad = 0 ] && echo "the chain holds; its newest entry is $end"
exit $bad
