import { runApp } from '../lib/app';

runApp();
