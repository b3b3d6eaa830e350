import type { Account } from '../account';
import { parseCidr } from '../template/cidr';

export interface Rule {
  /** Where it stands. */
  readonly from: string;
  readonly protocol: string;
  readonly fromPort: number;
  readonly toPort: number;
  readonly peer: { readonly group: string } | { readonly cidr: string } | { readonly prefixList: string };
}

type Direction = 'Ingress' | 'Egress';

/** All rules of a group in one direction: those inside of it, and those that stand alone. */
export function rulesOf(account: Account, group: string, direction: Direction): Rule[] {
  const own = account.ofType('AWS::EC2::SecurityGroup').find(({ attributes }) => attributes['GroupId'] === group);
  const inline = own?.properties[`SecurityGroup${direction}`] as Record<string, unknown>[] | undefined;
  const alone = account
    .ofType(`AWS::EC2::SecurityGroup${direction}`)
    .filter(({ properties }) => properties['GroupId'] === group);
  // EC2 lets everything out of a group that has no rule for it.
  if (direction === 'Egress' && own && inline === undefined && alone.length === 0) {
    return [
      {
        from: `${own.stack}/${own.logicalId}`,
        protocol: '-1',
        fromPort: 0,
        toPort: 65_535,
        peer: { cidr: '0.0.0.0/0' },
      },
    ];
  }
  return [
    ...(inline ?? []).map((rule, i) =>
      parseRule(rule, direction, `${own?.stack}/${own?.logicalId}, ${direction} ${i + 1}`),
    ),
    ...alone.map((rule) => parseRule(rule.properties, direction, `${rule.stack}/${rule.logicalId}`)),
  ];
}

function parseRule(rule: Readonly<Record<string, unknown>>, direction: Direction, from: string): Rule {
  const group = rule[direction === 'Ingress' ? 'SourceSecurityGroupId' : 'DestinationSecurityGroupId'];
  const prefixList = rule[direction === 'Ingress' ? 'SourcePrefixListId' : 'DestinationPrefixListId'];
  return {
    from,
    protocol: String(rule['IpProtocol']),
    fromPort: Number(rule['FromPort'] ?? 0),
    toPort: Number(rule['ToPort'] ?? 65_535),
    peer:
      group !== undefined
        ? { group: String(group) }
        : prefixList !== undefined
          ? { prefixList: String(prefixList) }
          : { cidr: String(rule['CidrIp'] ?? rule['CidrIpv6']) },
  };
}

export interface Peer {
  readonly groups: readonly string[];
  /** Where its addresses lie; undefined for the internet, and none where that is not known. */
  readonly cidrs: readonly string[] | undefined;
  /** Behind a gateway endpoint, whose addresses a prefix list stands for. */
  readonly gateway?: boolean;
}

/** The rule that lets TCP to this port through, if there is one. */
export function letting(rules: readonly Rule[], port: number, peer: Peer): Rule | undefined {
  return rules.find((rule) => {
    if (rule.protocol !== '-1' && rule.protocol !== 'tcp' && rule.protocol !== '6') return false;
    if (rule.protocol !== '-1' && (port < rule.fromPort || port > rule.toPort)) return false;
    if ('group' in rule.peer) return peer.groups.includes(rule.peer.group);
    if ('prefixList' in rule.peer) return peer.gateway === true;
    const { cidr } = rule.peer;
    if (cidr === '0.0.0.0/0') return true;
    if (cidr.includes(':') || peer.cidrs === undefined || peer.cidrs.length === 0) return false;
    return peer.cidrs.every((each) => contains(cidr, each));
  });
}

function contains(outer: string, inner: string): boolean {
  const [out, into] = [parseCidr(outer, 'a rule'), parseCidr(inner, 'a subnet')];
  const size = 2 ** (32 - out.prefix);
  return into.prefix >= out.prefix && into.first >= out.first && into.first < out.first + size;
}
