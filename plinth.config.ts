import { defineProject } from './lib/config/define';

const small = { class: 'db.t4g.medium', multiAz: false, deletionProtection: false };
const large = { class: 'db.r7g.large', multiAz: true, deletionProtection: true };

export default defineProject({
  name: 'ndis-chatbot',
  region: 'ap-southeast-2',
  sql: 'sql',

  vectorIndexes: {
    embeddings_ivfflat: {
      table: 'public.embeddings',
      column: 'embedding',
      dimensions: 1536,
      metric: 'cosine',
      method: 'ivfflat',
      lists: 100,
    },
  },

  // Times are in UTC: 15:30 is the middle of the night in Sydney.
  backups: { window: '15:30-16:00', retentionDays: 7 },

  // What a restored copy must hold and how fast it must answer, beside the files in sql/checks.
  checks: {
    rowFloors: { 'public.documents': 1, 'public.embeddings': 1 },
    noNulls: ['public.embeddings.embedding'],
    criticalQueries: {
      'nearest-passages': {
        sql: `SELECT id, document_id FROM public.embeddings
          ORDER BY embedding <=> (SELECT embedding FROM public.embeddings LIMIT 1) LIMIT 10`,
        p95Ms: 250,
      },
      'own-conversations': {
        sql: `SELECT id, title FROM public.conversations
          WHERE user_id = (SELECT user_id FROM public.conversations LIMIT 1) ORDER BY created_at DESC LIMIT 20`,
        p95Ms: 100,
      },
    },
  },

  environments: {
    dev: {
      instance: small,
      backups: { retentionDays: 1 },
      personalData: 'never',
    },
    qa: {
      instance: small,
      backups: { daily: { keepDays: 7 }, dumps: { schedule: 'weekly', keepDays: 30 } },
      // The images that dump come from a public registry, and no VPC endpoint leads there.
      network: { egress: 'nat' },
      drills: { schedule: 'monthly', kinds: ['snapshot', 'dump'] },
      objectives: { rtoMinutes: 60, rpoMinutes: 24 * 60 },
      personalData: 'sanitised',
    },
    preprod: {
      instance: large,
      backups: { daily: { keepDays: 30 } },
      drills: { schedule: 'weekly' },
      objectives: { rtoMinutes: 30, rpoMinutes: 24 * 60 },
      personalData: 'sanitised',
    },
    prod: {
      production: true,
      instance: large,
      backups: {
        hourly: { keepHours: 24 },
        daily: { keepDays: 30 },
        weekly: { keepDays: 90 },
        monthly: { keepDays: 365 },
      },
      drills: { schedule: 'weekly', kinds: ['snapshot', 'pointInTime'] },
      objectives: { rtoMinutes: 15, rpoMinutes: 60 },
      personalData: 'real',
    },
  },
});
