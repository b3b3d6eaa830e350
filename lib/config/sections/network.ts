import { isObject, type Loose, orElse, type Parser, required, section } from '../fields';
import type { ExistingNetwork, Network, NewNetwork } from '../project';
import { also, list, matching, oneOf, text } from '../values';

const wrongBlock = "is not a block; write it like '10.0.0.0/16', between /16 and /24";

/** Each zone takes a subnet out of it, with NAT two: a /24 is the smallest that leaves room. */
const cidr = also(text, (written) => {
  const [, address = '', bits = ''] = /^((?:\d{1,3}\.){3}\d{1,3})\/(\d{2})$/.exec(written) ?? [];
  const bytes = address.split('.').map(Number);
  if (address === '' || bytes.some((byte) => byte > 255)) return wrongBlock;
  if (Number(bits) < 16 || Number(bits) > 24) return wrongBlock;
  const number = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  if (number % 2 ** (32 - Number(bits)) !== 0)
    return `does not begin at a multiple of its size; /${bits} cuts it short`;
  const [first = 0, second = 0] = bytes;
  const isPrivate = first === 10 || (first === 172 && second >= 16 && second < 32) || (first === 192 && second === 168);
  return isPrivate ? undefined : 'is not a private block; take one of 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16';
});

const id = (kind: string, what: string) =>
  matching(
    new RegExp(`^${kind}-([0-9a-f]{8}|[0-9a-f]{17})$`),
    `is not the id of ${what}; write it like '${kind}-0123456789abcdef0'`,
  );

const egress = orElse('endpoints', oneOf('endpoints', 'nat'));
const twoZones = 'RDS wants subnets in two zones';

/** Where the region is wrong, any zone may be right. */
function zones(region: string | undefined): Parser<readonly string[]> {
  const zone = also(text, (name) => {
    if (region === undefined || (name.startsWith(region) && /^[a-z]$/.test(name.slice(region.length))))
      return undefined;
    return `is not a zone of ${region}; write it like '${region}a'`;
  });
  return list(zone, 2, twoZones);
}

export function network(region: string | undefined): Parser<Loose<Network>> {
  const created: Parser<Loose<NewNetwork>> = section<NewNetwork>(
    {
      mode: orElse('create', oneOf('create', 'existing') as Parser<'create'>),
      cidr: orElse('10.0.0.0/16', cidr),
      zones: orElse([`${region}a`, `${region}b`], zones(region)),
      egress,
    },
    Object.fromEntries(['vpcId', 'subnetIds'].map((key) => [key, "goes with the mode 'existing'; this is 'create'"])),
  );
  const existing: Parser<Loose<ExistingNetwork>> = section<ExistingNetwork>(
    {
      mode: oneOf('existing'),
      vpcId: required('the id of the VPC', id('vpc', 'a VPC')),
      subnetIds: required('the ids of its subnets', list(id('subnet', 'a subnet'), 2, twoZones)),
      zones: required('the zones of the subnets, in their order', zones(region)),
      egress,
    },
    { cidr: "goes with the mode 'create'; this is 'existing'" },
  );
  return (field) => {
    if (!isObject(field.value) || field.value['mode'] !== 'existing') return created(field);
    const parsed = existing(field);
    const { subnetIds, zones: named } = parsed ?? {};
    if (subnetIds !== undefined && named !== undefined && subnetIds.length !== named.length) {
      field
        .at('zones', named)
        .complain(`names ${named.length} zones for ${subnetIds.length} subnets; write one for each`);
    }
    return parsed;
  };
}
