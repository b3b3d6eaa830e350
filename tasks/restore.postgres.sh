# Restores a dump that restore.storage.sh has brought. First its sum is held against the one of the manifest: what has
# changed by one bit is not restored at all. The first error ends it: a database that lacks something is no restore.
set -euo pipefail
umask 077
cd "$PLINTH_WORK"
stop() { local code=$1; shift; printf '%s\n' "$*" >&2; exit "$code"; }

mkfifo login
unused=login
leave() {
  local code=$?
  # Who reads the exit code may end the task, before this container has ended with it.
  trap '' TERM
  printf %s "$code" > exit.part
  mv exit.part exit.code
  [[ -z $unused ]] || timeout --foreground --signal=KILL 60 cat login > /dev/null || true
}
trap leave EXIT
: > ready

until [[ -e fetched ]]; do (( SECONDS < 7200 )) || stop 15 'The dump did not arrive.'; sleep 0.2; done
read -r sum _ < <(sha256sum fetched)
bytes=$(wc -c < fetched)
[[ $bytes == "$PLINTH_BYTES" ]] || stop 15 "The dump has $bytes bytes, and should have $PLINTH_BYTES."
[[ $sum == "$PLINTH_SHA256" ]] || stop 15 "The SHA-256 of the dump is $sum, and should be $PLINTH_SHA256."

# The secret as Secrets Manager keeps it: {"username": "…", "password": "…"}.
secret=$(timeout --foreground 300 cat login) || stop 10 'The login did not arrive.'
unused=''
field() {
  local text='"'$1'" *: *"(([^"\\]|\\.)*)"' value
  [[ $secret =~ $text ]] || stop 10 "The secret lacks the field $1."
  value=${BASH_REMATCH[1]//\\\//\/}
  printf %b "${value//\\\"/\"}"
}
PGUSER=$(field username)
PGPASSWORD=$(field password)
unset secret
printf '%s\n' "$PLINTH_AUTHORITIES" > authorities.pem
[[ -z ${AWS_CA_BUNDLE-} ]] || cat "$AWS_CA_BUNDLE" >> authorities.pem
export PGUSER PGPASSWORD PGSSLMODE=verify-full PGSSLROOTCERT=$PLINTH_WORK/authorities.pem
export PGCONNECT_TIMEOUT=30 PGAPPNAME='plinth restore'
# At PostgreSQL's own 64 MB an ivfflat index with many lists cannot be built, and a restore would go on without it.
export PGOPTIONS="-c maintenance_work_mem=$((PLINTH_MAINTENANCE_MEMORY_KB))kB -c client_connection_check_interval=10s"

psql --no-psqlrc --no-password -Atqc 'SELECT 1' > /dev/null || stop 10 "Nobody could log in to $PGHOST."
pg_restore --exit-on-error --no-password --jobs="$PLINTH_JOBS" --dbname="$PGDATABASE" fetched ||
  stop 16 'The dump could not be restored whole.'
# A dump has no statistics, and without them no query would be planned as it was.
# The catalogs of the server are not ours, and it would warn of each.
psql --no-psqlrc --no-password -qc 'SET client_min_messages = error' -c 'ANALYZE' || stop 16 'The restored tables could not be analysed.'
printf 'Restored %s bytes.\n' "$bytes"
