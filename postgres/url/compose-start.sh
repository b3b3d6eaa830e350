#!/usr/bin/env bash
# Starts the server of compose.yaml. The image is Debian's: its postgresql-common brings openssl along.
set -euo pipefail

tls=${PLINTH_TLS_FOLDER:-/tls}
if [ ! -s "$tls/ca.pem" ]; then
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj '/CN=localhost' \
    -addext 'subjectAltName=DNS:localhost,IP:127.0.0.1' -keyout "$tls/server.key" -out "$tls/ca.pem"
fi
# The server wants its key for itself; the folder is the host's.
install -o postgres -g postgres -m 600 "$tls/server.key" /var/lib/postgresql/server.key
install -o postgres -g postgres -m 644 "$tls/ca.pem" /var/lib/postgresql/server.crt

for control in /usr/share/postgresql/*/extension/vector.control; do
  grep -q '^trusted' "$control" || echo 'trusted = true' >>"$control"
done

printf '%s\n' 'local all all trust' 'hostnossl all all all reject' 'hostssl all all all scram-sha-256' >/etc/plinth_hba.conf

exec docker-entrypoint.sh postgres -c ssl=on -c ssl_cert_file=/var/lib/postgresql/server.crt \
  -c ssl_key_file=/var/lib/postgresql/server.key -c hba_file=/etc/plinth_hba.conf
