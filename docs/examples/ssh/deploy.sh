#!/usr/bin/env bash
# deploy.sh USER@HOST FOLDER: copies the candidate beside what is live, switches the symlink, restarts the service.
set -euo pipefail
host=$1
place=$2
release="$place/releases/$TONIC_CANDIDATE"
ssh "$host" mkdir -p "$release"
rsync --archive --delete --compress ./ "$host:$release/"
ssh "$host" "ln -sfn 'releases/$TONIC_CANDIDATE' '$place/live.new' && mv -T '$place/live.new' '$place/live' && sudo systemctl restart shop"
