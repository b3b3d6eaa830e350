import type { Construct } from 'constructs';
import { BundledFunction, type BundledFunctionProps } from './bundled-function';

/** A function that talks to AWS alone: outside of the VPC, it needs neither endpoint nor NAT. */
export class ControlFunction extends BundledFunction {
  constructor(scope: Construct, id: string, props: BundledFunctionProps) {
    super(scope, id, props, {});
  }
}
