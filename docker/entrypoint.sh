#!/bin/bash
# Runs chronos in this very process, so that it gets the signals, and leaves a file once it says that it is ready.
set -eu

ready=${CHRONOS_READY_FILE:-/tmp/chronos-is-ready}
jar=${CHRONOS_JAR:-/opt/chronos/chronos.jar}
rm -f "$ready"

tell() {
  while IFS= read -r line; do
    printf '%s\n' "$line"
    if [[ $line == "chronos is ready"* ]]; then
      touch "$ready"
    fi
  done
}

# shellcheck disable=SC2086 # JAVA_OPTS is a list of options.
exec java ${JAVA_OPTS:-} -jar "$jar" "$@" > >(tell)
