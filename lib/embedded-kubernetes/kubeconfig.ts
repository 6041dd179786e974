/**
 * JSON is YAML, so kubectl reads it. `insecure-skip-tls-verify` is what lets client-node speak plain HTTP; the server is on this host only.
 * kubectl leaves out a user's token where there is no TLS (client-go, `IsConfigTransportTLS`), so the server's path carries it as well.
 */
export function kubeconfig(url: string, token: string): string {
  const name = 'embedded';
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server: `${url}/${token}`, 'insecure-skip-tls-verify': true } }],
    users: [{ name, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    'current-context': name,
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}
