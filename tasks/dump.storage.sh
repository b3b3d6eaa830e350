# Brings the login to dump.postgres.sh and its stream to S3, reads it back from there, and leaves beside it what is known
# of it. This container is the one that the task lives by: it ends last, and with it the other one.
set -euo pipefail
umask 077
export HOME=$PLINTH_WORK
stop() { local code=$1; shift; printf '%s\n' "$*" >&2; exit "$code"; }
until [[ -e $PLINTH_WORK/ready ]]; do (( SECONDS < 600 )) || stop 24 'The other container did not begin.'; sleep 0.2; done
cd "$PLINTH_WORK"

# As the other one ended, where it has.
ended() { [[ -e exit.code && $(< exit.code) != 0 ]] && stop 24 "The dump ended with $(< exit.code)." || true; }
await() { local began=$SECONDS; until [[ -e $1 ]]; do ended; (( SECONDS - began < 900 )) || stop 24 "$1 did not come."; sleep 0.2; done; }

aws secretsmanager get-secret-value --secret-id "$PLINTH_SECRET" --query SecretString --output text > login ||
  stop 20 'The login cannot be read.'
target=s3://$PLINTH_BUCKET/$PLINTH_KEY
# The parts of an upload grow with what is expected: there may be 10,000 of them.
aws s3 cp - "$target/database.dump" --expected-size "$PLINTH_EXPECTED_BYTES" --only-show-errors < stream ||
  { sleep 1; ended; stop 21 "The dump could not be stored in $target."; }
await dumped
aws s3 cp "$target/database.dump" - --only-show-errors > back || { sleep 1; ended; stop 22 "The dump could not be read back from $target."; }
await exit.code
ended
aws s3 cp result.json "$target/result.json" --content-type application/json --only-show-errors ||
  stop 21 "What is known of the dump could not be stored in $target."
