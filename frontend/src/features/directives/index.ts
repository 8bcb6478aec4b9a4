import { IconListCheck } from '@tabler/icons-react';
import { lazy } from 'react';
import type { Feature } from '@/lib/feature';
import { templatesPath } from './paths';

export { AnswerForm } from './AnswerForm';
export { DirectiveComposer } from './DirectiveComposer';

export const feature: Feature = {
  id: 'directives',
  routes: [{ path: templatesPath, screen: lazy(() => import('./TemplatesScreen')) }],
  nav: [{ path: templatesPath, label: 'nav.templates', icon: IconListCheck, order: 65, section: 'tools' }],
};
