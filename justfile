# The same as CI runs.
check:
    bin/test

run:
    bin/run

# Known holes in what comes from outside; the list of them is fetched anew.
advisories:
    cargo deny --locked check --hide-inclusion-graph advisories
