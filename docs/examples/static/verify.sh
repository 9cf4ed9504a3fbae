#!/usr/bin/env bash
# verify.sh FOLDER: succeeds when exactly the candidate is live.
set -euo pipefail
[ "$(readlink "$1/live")" = "releases/$TONIC_CANDIDATE" ]
