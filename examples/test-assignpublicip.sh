#!/usr/bin/env bash
# The four steps of AssignPublicIp against a running KECS: a cluster, a task definition with a port mapping, a task with
# assignPublicIp, and a request to its public port. Exits with 1 when the task cannot be reached.
#
# Uses the AWS CLI where it is installed, plain curl otherwise (USE_CURL=1 forces curl).
# ENDPOINT (default http://localhost:8080) is KECS, IMAGE (default nginx:latest) what the task runs.
set -euo pipefail

endpoint=${ENDPOINT:-http://localhost:8080}
image=${IMAGE:-nginx:latest}
cluster=${CLUSTER:-my-cluster}
export AWS_ACCESS_KEY_ID=${AWS_ACCESS_KEY_ID:-000000000000} AWS_SECRET_ACCESS_KEY=${AWS_SECRET_ACCESS_KEY:-local}
export AWS_DEFAULT_REGION=${AWS_DEFAULT_REGION:-us-east-1}

# ecs OPERATION JSON: calls one operation of the ECS API and prints its answer.
ecs() {
  if [ -z "${USE_CURL:-}" ] && command -v aws >/dev/null; then
    aws ecs "$(sed -E 's/([a-z])([A-Z])/\1-\2/g' <<<"$1" | tr '[:upper:]' '[:lower:]')" \
      --endpoint-url "$endpoint" --output json --cli-input-json "$2"
  else
    curl --silent --show-error --fail-with-body --max-time 30 "$endpoint/" \
      -H 'Content-Type: application/x-amz-json-1.1' -H "X-Amz-Target: AmazonEC2ContainerServiceV20141113.$1" -d "$2"
  fi
}

# field NAME: the first value of a JSON member on standard input.
field() { grep -oE "\"$1\": *(\"[^\"]*\"|[0-9]+)" | head -1 | sed -E 's/^[^:]*: *"?([^"]*)"?$/\1/'; }

echo "1. Creating the cluster $cluster"
ecs CreateCluster "{\"clusterName\": \"$cluster\"}" >/dev/null

echo "2. Registering a task definition with a port mapping"
definition=$(ecs RegisterTaskDefinition "{\"family\": \"web-app\", \"containerDefinitions\": [{\"name\": \"nginx\",
  \"image\": \"$image\", \"portMappings\": [{\"containerPort\": 80, \"protocol\": \"tcp\"}]}]}" | field taskDefinitionArn)

echo "3. Running $definition with assignPublicIp enabled"
# The AWS CLI itself demands subnets; KECS does not.
task=$(ecs RunTask "{\"cluster\": \"$cluster\", \"taskDefinition\": \"$definition\", \"networkConfiguration\":
  {\"awsvpcConfiguration\": {\"subnets\": [\"subnet-local\"], \"assignPublicIp\": \"ENABLED\"}}}" | field taskArn)
[ -n "$task" ] || { echo "RunTask started no task." >&2; exit 1; }
trap 'ecs StopTask "{\"cluster\": \"$cluster\", \"task\": \"$task\"}" >/dev/null' EXIT

echo "4. Verifying external access to $task"
for _ in $(seq 1 120); do
  described=$(ecs DescribeTasks "{\"cluster\": \"$cluster\", \"tasks\": [\"$task\"]}")
  port=$(field hostPort <<<"$described" || true)
  status=$(field lastStatus <<<"$described" || true)
  if [ -n "$port" ] && [ "$port" != 0 ]; then
    curl --silent --show-error --fail --max-time 10 "http://localhost:$port/" >/dev/null ||
      { echo "The task cannot be reached at http://localhost:$port/." >&2; exit 1; }
    echo "The task answers at http://localhost:$port/"
    exit 0
  fi
  [ "$status" != STOPPED ] || { echo "The task stopped: $(field stoppedReason <<<"$described")" >&2; exit 1; }
  sleep 0.5
done
echo "The task has no public port after 60 s; its last status is $status." >&2
exit 1
