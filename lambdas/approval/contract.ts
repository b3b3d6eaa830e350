// Names and types that the construct, the machines, the functions and the command line share. This file imports nothing.

/** The settings of each function here: JSON in the environment variable PLINTH_APPROVAL. */
export interface ApprovalSettings {
  readonly Prefix: string;
  readonly Environment: string;
  readonly Bucket: string;
  readonly Topic: string;
  /** Whose people may answer. */
  readonly Account: string;
  /** The endpoint of STS in this region. */
  readonly Sts: string;
  /** The name that this function answers for; absent in the one that asks. */
  readonly As?: string;
}

/** The words behind `npx plinth` that answer a request: one name may stand for several things, and each is answered apart. */
export type ApprovalVerb = 'drill sign-off' | 'recover approve';

/** A machine asks, with the token of the Task that waits. */
export interface AskInput {
  readonly Action: 'ask';
  /** Of the request: letters, digits and hyphens. */
  readonly Id: string;
  readonly Token: string;
  /** What is to be approved, in a few words. */
  readonly Title: string;
  /** What somebody has to know before they answer, one sentence each. */
  readonly Facts: readonly string[];
  /** What is signed, such as a report and its digest. It goes into each signature. */
  readonly Subject: string;
  /** Whose approvals are needed. All of them. */
  readonly Names: readonly string[];
  /** ISO 8601. */
  readonly Until: string;
  readonly Execution: string;
  readonly Verb: ApprovalVerb;
}

/** When nobody is waited for any more, the machine asks what has come in. */
export interface SettleInput {
  readonly Action: 'settle';
  readonly Id: string;
  /** As they were asked for: it must not depend on what is stored. */
  readonly Names: readonly string[];
  readonly Failure?: { readonly Error: string; readonly Cause: string } | null;
}

/** By a person, to the function of the name that they answer for. */
export type PersonInput = PendingInput | AnswerInput;

export interface PendingInput {
  readonly Action: 'pending';
}

export type Decision = 'approve' | 'reject';

export interface AnswerInput {
  readonly Action: 'answer';
  readonly Id: string;
  readonly Decision: Decision;
  readonly Comment: string;
  /** The headers of a GetCallerIdentity that the person has signed for this very answer. */
  readonly Proof: Proof;
}

export interface Proof {
  readonly authorization: string;
  readonly 'x-amz-date': string;
  readonly 'x-amz-security-token'?: string;
}

/** A request without its token. */
export interface ApprovalRequest extends Omit<AskInput, 'Action' | 'Token'> {
  readonly AskedAt: string;
}

export interface PendingRequest extends ApprovalRequest {
  /** What this name has answered already. */
  readonly Answered: Answer | null;
}

export interface Answer {
  readonly Name: string;
  readonly Decision: Decision;
  readonly Comment: string;
  /** Who it was, as AWS tells it. */
  readonly Arn: string;
  readonly UserId: string;
  readonly Account: string;
  readonly At: string;
  /** What was signed. */
  readonly Subject: string;
}

export interface Answered {
  readonly Id: string;
  readonly Title: string;
  readonly Answer: Answer;
  /** Whose answers are still waited for: nobody's, when one has refused. */
  readonly Missing: readonly string[];
}

export interface Settled {
  readonly Id: string;
  readonly Decision: 'approved' | 'rejected' | 'missing';
  /** Why it is not approved, one sentence each. */
  readonly Reasons: readonly string[];
  readonly Answers: readonly Answer[];
}

/** A name may have so many letters that the function's still has no more than 64, with the longest prefix. */
export const longestApprovalName = 26;

export const approverOf = (prefix: string, name: string) => `${prefix}-approve-${name}`;

/** The header that carries the digest of an answer. STS signs it with the rest, and otherwise passes over it. */
export const statementHeader = 'x-plinth-statement';

/** What a person signs. Both sides make it from the same parts; its digest is the header's value. */
export interface Statement {
  readonly Prefix: string;
  readonly Verb: ApprovalVerb;
  readonly Name: string;
  readonly Id: string;
  readonly Decision: Decision;
  readonly Comment: string;
  readonly Subject: string;
}

export const longestComment = 1_000;
