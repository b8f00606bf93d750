import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';

type StartOverProps = {
  /** Whether something was chosen, which is then asked about before it is thrown away. */
  hasChoices: boolean;
  onStartOver: () => void;
};

export function StartOverButton({ hasChoices, onStartOver }: StartOverProps) {
  const [asking, question] = useDisclosure(false);
  return (
    <>
      <Button variant="subtle" color="gray" onClick={hasChoices ? question.open : onStartOver}>
        Start over
      </Button>
      <Modal opened={asking} onClose={question.close} title="Start over?">
        <Stack>
          <Text size="sm">
            Your answers, the recipe as you changed it, and the chosen model and data are forgotten. Uploaded files stay
            in the project.
          </Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={question.close} data-autofocus>
              Keep them
            </Button>
            <Button
              color="red"
              onClick={() => {
                question.close();
                onStartOver();
              }}
            >
              Forget them
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
