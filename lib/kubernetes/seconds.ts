/** A Kubernetes time, which is a string in the API server's JSON although client-node's types call it a Date. */
export function seconds(time: Date | string | null | undefined): number | undefined {
  const milliseconds = time ? new Date(time).getTime() : Number.NaN;
  return Number.isNaN(milliseconds) ? undefined : milliseconds / 1000;
}
