import { IconWritingSign } from '@tabler/icons-react';
import { lazy } from 'react';
import type { Feature } from '@/lib/feature';
import { paths } from '@/lib/router';
import { QueueBadge } from './QueueBadge';
import { signsHere } from './queue';

export { DigitalSignatures } from './DigitalSignatures';
export { RequestCards } from './RequestCard';
export { SignatureBar } from './SignatureBar';
export { SigningHost } from './SigningHost';
export { SigningSettings } from './SigningSettings';
export { lastSignature, signaturesState, signProblem, stateTones } from './state';
export { startSigning } from './store';
export { VerdictPill } from './VerdictPill';
export { ageText } from './words';
export { signsHere };

export const feature: Feature = {
  id: 'signing',
  routes: [{ path: paths.toSign, screen: lazy(() => import('./QueueScreen')) }],
  nav: [{ path: paths.toSign, label: 'nav.to_sign', icon: IconWritingSign, order: 15, section: 'work', wanted: signsHere, badge: QueueBadge }],
};
