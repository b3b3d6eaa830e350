export type ResourceStatus =
  | `${'CREATE' | 'UPDATE' | 'DELETE'}_${'IN_PROGRESS' | 'COMPLETE' | 'FAILED'}`
  | 'DELETE_SKIPPED';

export type StackStatus =
  | `${'CREATE' | 'UPDATE' | 'DELETE' | 'ROLLBACK' | 'UPDATE_ROLLBACK'}_${'IN_PROGRESS' | 'COMPLETE' | 'FAILED'}`
  | 'UNCHANGED';

export type DeployEvent =
  | {
      readonly kind: 'stack';
      readonly stack: string;
      readonly status: StackStatus;
      /** How many resources the stack has. */
      readonly resources: number;
      readonly reason?: string;
    }
  | {
      readonly kind: 'resource';
      readonly stack: string;
      readonly logicalId: string;
      readonly type: string;
      readonly status: ResourceStatus;
      readonly id?: string;
      readonly reason?: string;
    };
