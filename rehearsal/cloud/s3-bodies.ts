import { childrenOf, type Element, parseXml, textOf } from './xml';

type Members = Readonly<Record<string, unknown>>;

/** What the body of a call says, under the names that the SDKs have for it. */
export function bodyMembers(operation: string, body: Buffer): Members {
  const read = bodies[operation];
  if (read) return read(parseXml(body.toString()));
  return operation === 'PutObject' || operation === 'UploadPart' ? { Body: body } : {};
}

const some = (members: Members): Members =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));

const bodies: Readonly<Record<string, (root: Element) => Members>> = {
  DeleteObjects: (root) => ({
    Delete: some({
      Objects: childrenOf(root, 'Object').map((each) =>
        some({ Key: textOf(each, 'Key'), VersionId: textOf(each, 'VersionId') }),
      ),
      Quiet: textOf(root, 'Quiet'),
    }),
  }),
  CompleteMultipartUpload: (root) => ({
    MultipartUpload: {
      Parts: childrenOf(root, 'Part').map((each) =>
        some(Object.fromEntries(each.children.map(({ name, text }) => [name, text]))),
      ),
    },
  }),
  PutObjectTagging: (root) => ({
    Tagging: {
      TagSet: childrenOf(root, 'TagSet').flatMap((set) =>
        childrenOf(set, 'Tag').map((tag) => ({ Key: textOf(tag, 'Key'), Value: textOf(tag, 'Value') })),
      ),
    },
  }),
  PutObjectRetention: (root) => ({
    Retention: some({ Mode: textOf(root, 'Mode'), RetainUntilDate: textOf(root, 'RetainUntilDate') }),
  }),
  PutObjectLegalHold: (root) => ({ LegalHold: some({ Status: textOf(root, 'Status') }) }),
};
