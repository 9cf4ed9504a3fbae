#!/usr/bin/env bash
# deploy.sh: brings TONIC_SERVICE to the digest that the build said. A canary is a second deployment with its share of
# the replicas; the last step moves everything and takes the canary away. A rollback undoes what is under way.
set -euo pipefail
kubectl() { command kubectl --namespace "shop-$TONIC_ENVIRONMENT" "$@"; }
service=$TONIC_SERVICE

if [ "$TONIC_ROLLBACK" = true ]; then
  kubectl scale "deployment/$service-canary" --replicas=0 2> /dev/null || true
  kubectl rollout undo "deployment/$service"
  kubectl rollout status "deployment/$service" --timeout=300s
  exit
fi

image="registry.example.org/shop/$service@$TONIC_ARTIFACT_DIGEST"
if [ "$TONIC_STRATEGY" = canary ] && [ "$TONIC_ROLLOUT_PERCENT" -lt 100 ]; then
  replicas=$(kubectl get "deployment/$service" -o jsonpath='{.spec.replicas}')
  kubectl set image "deployment/$service-canary" "$service=$image"
  kubectl scale "deployment/$service-canary" --replicas=$(( (replicas * TONIC_ROLLOUT_PERCENT + 99) / 100 ))
  kubectl rollout status "deployment/$service-canary" --timeout=300s
  exit
fi
kubectl set image "deployment/$service" "$service=$image"
kubectl rollout status "deployment/$service" --timeout=300s
kubectl scale "deployment/$service-canary" --replicas=0 2> /dev/null || true
