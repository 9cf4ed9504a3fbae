#!/usr/bin/env bash
# Waits until a service runs the candidate; Tonic ends it when its time is up.
set -euo pipefail

url="https://$TONIC_SERVICE.$TONIC_ENVIRONMENT.shop.example/version"
until [ "$(curl --silent --fail --max-time 10 "$url")" = "$TONIC_CANDIDATE" ]; do
  sleep 5
done
