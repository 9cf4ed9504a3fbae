#!/usr/bin/env bash
# Deploys one service by its hook, and waits until it runs the commit: the job of the next one begins after that.
set -euo pipefail

curl --silent --show-error --fail --max-time 60 --request POST "$DEPLOY_HOOK/$SERVICE/deploy?commit=$COMMIT"
for _ in $(seq 120); do
  if [ "$(curl --silent --fail --max-time 10 "$DEPLOY_HOOK/$SERVICE/version")" = "$COMMIT" ]; then exit 0; fi
  sleep 5
done
echo "$SERVICE does not run $COMMIT after ten minutes" >&2
exit 1
