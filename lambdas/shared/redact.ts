const secrets = new Set<string>();

/** From now on, nothing that this process logs or throws to CloudFormation holds this text. Returns it. */
export function keepSecret(secret: string): string {
  if (secret !== '') secrets.add(secret);
  return secret;
}

export function redact(text: string): string {
  let clean = text;
  for (const secret of secrets) {
    for (const form of [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]) {
      clean = clean.replaceAll(form, '***');
    }
  }
  return clean;
}
