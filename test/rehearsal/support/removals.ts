import type { Assembly, AssemblyStack } from '../../../rehearsal/assembly';
import { parseTemplate } from '../../../rehearsal/template/template';

/** Something that opens a way in a template, and the template without it. */
export interface Removal {
  /** As a report names it. */
  readonly what: string;
  /** Words that a failure must hold, all of them, to have named it. */
  readonly missing: readonly string[];
  readonly from: (assembly: Assembly) => Assembly;
}

type Raw = { Resources: Record<string, RawResource> };
type RawResource = { Type: string; Properties?: Record<string, unknown>; DependsOn?: string | string[] };
type Document = { Statement: unknown[] };

const ways = [
  'AWS::EC2::SecurityGroupIngress',
  'AWS::EC2::SecurityGroupEgress',
  'AWS::EC2::VPCEndpoint',
  'AWS::Lambda::Permission',
];

/** Every statement of every policy, every endpoint, and every rule of a security group. */
export function removalsOf(assembly: Assembly): Removal[] {
  return assembly.stacks.flatMap((stack) =>
    Object.entries((JSON.parse(stack.template.text) as Raw).Resources).flatMap(([id, resource]) => {
      const where = `${stack.name}/${id}`;
      if (ways.includes(resource.Type)) {
        return [
          {
            what: where,
            missing: wordsFor(resource),
            from: (all: Assembly) => edited(all, stack.name, (raw) => without(raw, id)),
          },
        ];
      }
      return documentsOf(resource).flatMap((path) => {
        const { Statement } = at(resource, path);
        return Statement.map((_, i) => ({
          what: `${where}, statement ${i + 1}`,
          missing: [holderOf(stack.name, id, resource)],
          from: (all: Assembly) =>
            edited(all, stack.name, (raw) => {
              // An empty place, so that those behind it keep their numbers.
              at(raw.Resources[id] as RawResource, path).Statement[i] = { Effect: 'Allow', Action: [], Resource: [] };
            }),
        }));
      });
    }),
  );
}

/** An endpoint by its service, a rule by the group that it belongs to, a permission by its function. */
function wordsFor({ Type, Properties = {} }: RawResource): string[] {
  if (Type === 'AWS::EC2::VPCEndpoint') return ['endpoint', String(Properties['ServiceName'])];
  if (Type === 'AWS::Lambda::Permission') return ['AWS::Lambda::Permission', String(Properties['Principal'])];
  const port = String(Properties['FromPort']);
  return [Type.endsWith('Ingress') ? 'No ingress rule' : 'No egress rule', referred(Properties['GroupId']), port];
}

/** The role that a policy belongs to; otherwise the resource itself. */
function holderOf(stack: string, id: string, { Type, Properties = {} }: RawResource): string {
  const [role] = Type === 'AWS::IAM::Policy' ? (Properties['Roles'] as unknown[]) : [];
  return `${stack}/${role === undefined ? id : referred(role)}`;
}

function referred(value: unknown): string {
  const { Ref, 'Fn::GetAtt': attribute } = value as { Ref?: string; 'Fn::GetAtt'?: [string, string] };
  return Ref ?? attribute?.[0] ?? '';
}

const documentsOf = ({ Type, Properties = {} }: RawResource): string[][] => {
  const named = ['PolicyDocument', 'AssumeRolePolicyDocument', 'KeyPolicy', 'ResourcePolicy'];
  const inline = Type === 'AWS::IAM::Role' ? ((Properties['Policies'] ?? []) as unknown[]) : [];
  return [
    ...named.filter((name) => Properties[name] !== undefined).map((name) => [name]),
    ...inline.map((_, i) => ['Policies', String(i), 'PolicyDocument']),
  ];
};

const at = ({ Properties }: RawResource, path: readonly string[]) =>
  path.reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], Properties) as Document;

function without(raw: Raw, id: string): void {
  delete raw.Resources[id];
  for (const resource of Object.values(raw.Resources)) {
    if (resource.DependsOn === undefined) continue;
    resource.DependsOn = [resource.DependsOn].flat().filter((each) => each !== id);
  }
}

export function edited(assembly: Assembly, name: string, edit: (raw: Raw) => void): Assembly {
  const stacks = assembly.stacks.map((stack): AssemblyStack => {
    if (stack.name !== name) return stack;
    const raw = JSON.parse(stack.template.text) as Raw;
    edit(raw);
    return { ...stack, template: parseTemplate(JSON.stringify(raw), stack.name) };
  });
  return { ...assembly, stacks };
}
