"""Deploy the example into an emulator: ``python deploy.py [http://127.0.0.1:4566]``."""

import io
import sys
import zipfile
from pathlib import Path
from typing import Any

import boto3

HERE = Path(__file__).parent
BUCKET, STACK, REGION = "hello-code", "hello", "eu-central-1"


def main() -> None:
    """Upload the function's code and create the stack."""
    endpoint = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:4566"

    def client(service: str) -> Any:
        return boto3.client(
            service,
            endpoint_url=endpoint,
            region_name=REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as bundle:
        bundle.write(HERE / "hello.py", "hello.py")
    s3 = client("s3")
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_object(Bucket=BUCKET, Key="hello.zip", Body=code.getvalue())
    stacks = client("cloudformation")
    stacks.create_stack(StackName=STACK, TemplateBody=(HERE / "template.json").read_text())
    stacks.get_waiter("stack_create_complete").wait(StackName=STACK)
    print(f"deployed: dataplane run --emulator {endpoint} --stack {STACK} --state .state")


if __name__ == "__main__":
    main()
