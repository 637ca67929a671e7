# The same as CI runs.
check:
    bin/test

run:
    bin/run
