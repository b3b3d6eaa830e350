/** Begins the name of each instance that a restore test of AWS Backup makes, and is the key of its tag. */
export const restoreTestName = 'awsbackup-restore-test';
