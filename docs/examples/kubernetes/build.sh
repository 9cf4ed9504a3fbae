#!/usr/bin/env bash
# build.sh SERVICE: builds and pushes the image of the candidate unless it is there, and says its digest.
set -euo pipefail
image="registry.example.org/shop/$1"
if ! docker buildx imagetools inspect "$image:$TONIC_CANDIDATE" > /dev/null 2>&1; then
  docker buildx build --push --tag "$image:$TONIC_CANDIDATE" "$1"
fi
digest=$(docker buildx imagetools inspect --format '{{.Manifest.Digest}}' "$image:$TONIC_CANDIDATE")
echo "digest=$digest" >> "$TONIC_OUTPUT"
