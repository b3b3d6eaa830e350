# Takes the dump. It runs in PostgreSQL's own image, beside dump.storage.sh in an image with the AWS CLI. Both see the
# folder PLINTH_WORK and meet in pipes there, so that no dump has to fit on a disk and no password is ever written down.
# What it exits with is what the state machine tells: 10 to 19 are the codes of this side, 20 to 29 of the other one.
set -euo pipefail
umask 077
cd "$PLINTH_WORK"
stop() { local code=$1; shift; printf '%s\n' "$*" >&2; exit "$code"; }

mkfifo login stream stream.digest stream.count back back.digest
# Whoever waits at the other end of the stream gets its end, and finds the exit code beside it.
unused=stream
leave() {
  local code=$?
  # Who reads the exit code may end the task, before this container has ended with it.
  trap '' TERM
  printf %s "$code" > exit.part
  mv exit.part exit.code
  [[ -z $unused ]] || timeout --foreground --signal=KILL 60 bash -c ': > stream' || true
}
trap leave EXIT
: > ready

# The secret as Secrets Manager keeps it: {"username": "…", "password": "…"}.
secret=$(timeout --foreground 300 cat login) || stop 10 'The login did not arrive.'
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
# As everything does that talks to AWS: whoever has authorities of their own names them here.
[[ -z ${AWS_CA_BUNDLE-} ]] || cat "$AWS_CA_BUNDLE" >> authorities.pem
export PGUSER PGPASSWORD PGSSLMODE=verify-full PGSSLROOTCERT=$PLINTH_WORK/authorities.pem
export PGCONNECT_TIMEOUT=30 PGAPPNAME='plinth dump'

facts=$(psql --no-psqlrc --no-password -Atqc "SELECT current_setting('server_version_num'), current_setting('server_version'),
  to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')") ||
  stop 10 "Nobody could log in to $PGHOST."
IFS='|' read -r number server began <<< "$facts"
server=${server%% *}
[[ $(pg_dump --version) =~ \ ([0-9]+)(\.[0-9]+)? ]] || stop 11 'pg_dump does not tell its version.'
client=${BASH_REMATCH[0]# }
(( BASH_REMATCH[1] >= number / 10000 )) ||
  stop 11 "pg_dump is $client and the server $server: an older client dumps nothing, or not all."

seconds=$SECONDS
sha256sum < stream.digest > stream.sha256 & digest=$!
wc -c < stream.count > stream.bytes & count=$!
unused=''
# Behind a migration that holds a lock it would wait for ever, and everything else behind it.
pg_dump --format=custom --compress=zstd:3 --no-password --lock-wait-timeout=300000 |
  tee stream.digest stream.count > stream || stop 12 'The dump was not written to its end.'
wait "$digest" "$count"
seconds=$((SECONDS - seconds))
read -r sum _ < stream.sha256
read -r bytes < stream.bytes
: > dumped

# What S3 has is read back whole: its sum must be that of the stream, and its rows are counted as a restore would write them.
sha256sum < back.digest > back.sha256 & digest=$!
tee back.digest < back |
  { pg_restore --data-only --file=- && cat > /dev/null; } |
  LC_ALL=C awk "$PLINTH_COUNT" > counted || stop 14 'What was stored cannot be read as a dump.'
wait "$digest"
read -r again _ < back.sha256
[[ $again == "$sum" ]] || stop 13 "What was stored is not what was dumped: its SHA-256 is $again, and should be $sum."

verified=$(date -u +%Y-%m-%dT%H:%M:%SZ)
printf '{"sha256":"%s","bytes":%s,"client":"%s","server":"%s","takenAt":"%s","verifiedAt":"%s","seconds":%s,%s}\n' \
  "$sum" "$bytes" "$client" "$server" "$began" "$verified" "$seconds" "$(cat counted)" > result.json
printf 'Dumped and read back: %s bytes in %s s.\n' "$bytes" "$seconds"
