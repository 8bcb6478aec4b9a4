import { Button } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { Component, type ReactNode } from 'react';
import { withTranslation, type WithTranslation } from 'react-i18next';
import { Empty } from '@/ui';

interface Props extends WithTranslation {
  children: ReactNode;
}

/** A screen that fails must not take the others with it. Give it a key: another key is another chance. */
class Catcher extends Component<Props, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    const { t, children } = this.props;
    if (!this.state.failed) return children;
    return (
      <Empty tone="bad" icon={IconAlertTriangle} title={t('screen.failed')} text={t('screen.failed.text')}>
        <Button variant="default" onClick={() => location.reload()}>{t('screen.reload')}</Button>
      </Empty>
    );
  }
}

export const CatchErrors = withTranslation()(Catcher);
