# Brings a dump from S3, and the login, to restore.postgres.sh. The task lives by this container: it ends last.
set -euo pipefail
umask 077
export HOME=$PLINTH_WORK
stop() { local code=$1; shift; printf '%s\n' "$*" >&2; exit "$code"; }
until [[ -e $PLINTH_WORK/ready ]]; do (( SECONDS < 600 )) || stop 24 'The other container did not begin.'; sleep 0.2; done
cd "$PLINTH_WORK"
ended() { [[ -e exit.code && $(< exit.code) != 0 ]] && stop 24 "The restore ended with $(< exit.code)." || true; }

aws s3 cp "s3://$PLINTH_BUCKET/$PLINTH_KEY/database.dump" fetched.part --only-show-errors ||
  stop 23 "The dump $PLINTH_KEY could not be brought from S3."
mv fetched.part fetched
aws secretsmanager get-secret-value --secret-id "$PLINTH_SECRET" --query SecretString --output text > login ||
  { ended; stop 20 'The login cannot be read.'; }
until [[ -e exit.code ]]; do sleep 0.5; done
ended
