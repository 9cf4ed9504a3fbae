#!/usr/bin/env bash
# deploy.sh FOLDER: puts the files of the candidate into FOLDER/releases/<commit> and points FOLDER/live to them.
# Running it again for the same candidate changes nothing.
set -euo pipefail
place=$1
release="$place/releases/$TONIC_CANDIDATE"
if [ ! -d "$release" ]; then
  mkdir -p "$place/releases"
  copy=$(mktemp -d "$place/releases/.new-XXXXXX")
  cp -a . "$copy"
  mv -T "$copy" "$release" || { [ -d "$release" ] && rm -rf "$copy"; }
fi
ln -sfn "releases/$TONIC_CANDIDATE" "$place/live.new"
mv -T "$place/live.new" "$place/live"
echo "version=$TONIC_CANDIDATE" >> "$TONIC_OUTPUT"
